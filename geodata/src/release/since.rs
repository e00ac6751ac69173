//! What differs between two releases, in sentences: everything it says stands in their own records.

use std::collections::BTreeSet;

use super::Document;

impl Document {
    /// What is new since an earlier release; a first release has nothing to say.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Vec<String> {
        let mut said = vec![];
        let months = |d: &Self| d.period.as_ref().map_or_else(|| "no month".to_owned(), |(a, b)| format!("{a} to {b}"));
        if self.period != earlier.period {
            said.push(format!("It covers {}; release {} covered {}.", months(self), earlier.number, months(earlier)));
        }
        if self.policy.hash != earlier.policy.hash {
            let (title, version) = (&self.policy.title, &self.policy.version);
            said.push(format!("It was made under another policy: {title}, version {version}."));
        }
        if self.input == earlier.input {
            said.push("It was made from the same records.".to_owned());
        }
        if self.study_area != earlier.study_area {
            said.push("The study area is from another source or edition.".to_owned());
        }
        if self.residents != earlier.residents {
            said.push("The numbers of residents are from another source or edition.".to_owned());
        }
        let told = |d: &Self| d.public.categories.iter().cloned().collect::<BTreeSet<_>>();
        let (now, before) = (told(self), told(earlier));
        let list = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>().join(", ");
        for (codes, words) in [
            (list(&now, &before), "Categories that are told and were not"),
            (list(&before, &now), "Categories that were told and are not any more"),
        ] {
            if !codes.is_empty() {
                said.push(format!("{words}: {codes}."));
            }
        }
        let counts = |d: &Self| (d.public.cells, d.public.suppressed_cells);
        if counts(self) != counts(earlier) {
            let ((told, withheld), (was_told, was_withheld)) = (counts(self), counts(earlier));
            said.push(format!(
                "It tells {told} numbers and withholds {withheld}; before, {was_told} were told and {was_withheld} withheld."
            ));
        }
        if said.is_empty() {
            said.push(format!("It tells what release {} told.", earlier.number));
        }
        said
    }
}
