//! From a city's own file to incidents, areas and resources; what cannot be used goes to quarantine.
