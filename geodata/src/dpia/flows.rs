//! How data flow, as a picture made of letters, and the table of legal bases that the city fills in.

use super::page::Page;

const PICTURE: &str = "
 police, health, services                     one file on the city's machine
 +----------------------+    import    +--------------------------------------+
 | files of the sources | -----------> | GeoPackage: incidents, places,       |
 +----------------------+      |       | quarantine, tombstones, access log   |
                               |       +--------------------------------------+
             columns about people               |                  |
             are dropped here, by name          | release          | exact answers
                                                v                  v
                               +---------------------------+  +-------------------------+
                               | protected counts,         |  | T2 analysts,            |
                               | numbered, never changed   |  | T3 custodian:           |
                               +---------------------------+  | key, purpose, every     |
                                  |                 |         | access logged           |
                                  v                 v         +-------------------------+
                          +--------------+  +----------------+
                          | T0 public:   |  | T1 partners:   |
                          | map, tiles,  |  | finer counts,  |
                          | files        |  | masked points  |
                          +--------------+  | by agreement   |
                                            +----------------+
";

pub(super) fn flows(page: &mut Page) {
    page.heading("How data flow");
    page.picture(PICTURE);
    page.say(
        "The program sends nothing anywhere by itself: it answers who asks. Nothing below analyst tier is computed from \
         single records; it is computed from the protected counts of the newest release.",
    );
    page.left_to_city("where the machine stands, who runs it, backups and how long they are kept, transfers to others");
}

pub(super) fn legal_basis(page: &mut Page) {
    page.heading("Legal basis");
    page.table(
        ["processing", "legal basis", "necessary because"],
        [
            "import and keeping of recorded incidents",
            "attributes of victims",
            "context of family, intimate partner, trafficking",
            "context of gangs and organised crime",
            "publication of protected counts (T0)",
            "sharing with partners (T1)",
            "exact analyses by named analysts (T2, T3)",
            "the access log",
        ]
        .map(|what| [what.to_owned(), "*To fill in*".to_owned(), "*To fill in*".to_owned()]),
    );
}
