//! Names that columns have in the languages of portals, by what they hold, the likeliest first.

pub(crate) const LON: &str = "longitude|lon|lng|long|long wgs84|longitud|point x|x coord|x";
pub(crate) const LAT: &str = "latitude|lat|lat wgs84|latitud|point y|y coord|y";
pub(crate) const DATE: &str = "occurred at|date occurred|date of occurrence|occurrence date|occur date|incident date|incident datetime|datetime|date time|date|occurred|timestamp|start|fecha hecho|fecha|data|datum|reported at|report date|report dat|month|year";
pub(crate) const CLOCK: &str = "time occurred|occur time|incident time|hora hecho|hora|time";
pub(crate) const CATEGORY: &str = "iccs|iccs code|category|crime type|offence type|offense type|offence|offense|primary type|incident type|crime|type|delito|ucr general|text general code|ofns desc|description|layer";
pub(crate) const ID: &str = "id|incident id|incident number|case number|record id|objectid|fid|key|ccn|cmplnt num";
pub(crate) const AREA_ID: &str =
    "id|code|geoid|area id|ward code|district code|gss code|objectid|area num|number|cartodb id";
pub(crate) const AREA_NAME: &str =
    "name|area name|ward name|district name|community|nomgeo|neighborhood|neighbourhood|colonia|district|label|nombre";
pub(crate) const RESIDENTS: &str = "population|residents|pop|tot pop|total population|poblacion|pop2014|poptotal";
pub(crate) const STREET_ID: &str = "id|street id|segment id|objectid|osm id|fid|linearid|tlid|number";
pub(crate) const STREET_NAME: &str = "name|street name|full name|fullname|street|road name|nombre";
pub(crate) const STREET_CLASS: &str = "class|highway|road class|fclass|type|mtfcc|function";
pub(crate) const SERVICE_NAME: &str =
    "name|site name|site|facility|facility name|school nm|agency|program|organisation|organization|nombre";
