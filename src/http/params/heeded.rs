//! What a layer or a route would not heed is refused with the reason: an ignored filter would be a wrong answer.

use super::{FILTERS, Params};
use crate::http::problem::{Answer, Problem};
use crate::layers::Layer;

/// Refuses filters that change nothing about the layer, and where tiles are asked for (`of_tiles`) what shapes its items
/// alone.
///
/// # Errors
/// 400 that names the parameter, why it is refused, and the names that the layer takes (`known`).
pub fn heeded(params: &Params, layer: &Layer, of_tiles: bool, known: &dyn Fn() -> String) -> Answer<()> {
    for name in FILTERS {
        let Some(value) = params.get(name).filter(|_| !layer.takes_filter(name)) else { continue };
        let why = format!("{name} filters incidents, and the layer {} shows places, which have no {name}", layer.id);
        let problem = Problem::parameter(name, value, why, known());
        return Err(Box::new(problem.hint("leave it out here; cells, density and hotspots take it")));
    }
    for p in layer.parameters.iter().filter(|p| of_tiles && p.items_only) {
        let Some(value) = params.get(&p.name) else { continue };
        let (name, id) = (&p.name, &layer.id);
        let why = format!("tiles of {id} have cells of their own that follow the zoom, so {name} cannot be heeded");
        let problem = Problem::parameter(name, value, why, known());
        return Err(Box::new(problem.hint(format!("leave it out, or ask /collections/{id}/items with it"))));
    }
    Ok(())
}
