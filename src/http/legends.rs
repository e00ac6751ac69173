//! `/legends/{layer}.{json|svg|png}`: what the colours mean.

use axum::response::Response;

use super::ask::Ask;
use super::problem::{Answer, Problem};
use super::wanted::Wanted;
use crate::layers::legend;

/// The legend of a layer.
pub async fn legend(ask: Ask) -> Answer<Response> {
    let wanted = Wanted::read(&ask)?;
    let media = match ask.extension.as_deref() {
        Some("json") | None => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some(other) => {
            let problem = Problem::not_found(format!("there is no legend as .{}", super::problem::shortened(other)));
            return Err(Box::new(problem.hint("ask for .json, .svg or .png")));
        }
    };
    let tag = ask.tag(media, &wanted.canonical());
    if let Some(held) = ask.held(&tag) {
        return Ok(held);
    }
    let tier = ask.caller.tier;
    let least = ask.view.policy().cube(tier).minimum_count;
    let bytes = ask
        .app
        .work
        .run(move |_| {
            let legend = legend::of(wanted.layer, tier, least);
            match media {
                "image/svg+xml" => Ok(legend.svg().into_bytes()),
                "image/png" => legend.png().map_err(|e| super::tiles::problem(&e)),
                _ => Ok(serde_json::to_vec(&legend).unwrap_or_default()),
            }
        })
        .await?;
    Ok(ask.answer(&tag, media, bytes))
}
