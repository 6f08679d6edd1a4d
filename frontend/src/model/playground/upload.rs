//! Files of one's own in a pipeline. A session keeps them, so that a pipeline which is opened
//! later, or by somebody else, waits for its file.

use spillway_protocol::upload::Uploaded;
use spillway_recipe::Recipe;

use super::option::shown;

/// The kind of stage that reads an upload, and its option that names it.
pub const UPLOAD: &str = "upload";
/// The option that shows the file's own name.
pub const LABEL: &str = "label";

/// The stage that waits for a file of this name: its upload is not among those that are known.
/// When it is the only one that waits, any file will do.
#[must_use]
pub fn lost_upload(recipe: &Recipe, known: &[Uploaded], name: &str) -> Option<String> {
    let waiting: Vec<_> = lost(recipe, known).collect();
    let named = waiting.iter().find(|(_, label)| label == name);
    let only = waiting.first().filter(|_| waiting.len() == 1);
    named.or(only).map(|(stage, _)| stage.clone())
}

/// The stages that wait for a file, with the names of their files as far as they are known.
pub fn lost(recipe: &Recipe, known: &[Uploaded]) -> impl Iterator<Item = (String, String)> {
    let stages = recipe.stages.iter().filter(|stage| {
        let id = shown(stage.options.get(UPLOAD));
        stage.kind == UPLOAD && !known.iter().any(|upload| upload.upload == id)
    });
    stages.map(|stage| (stage.id.clone(), shown(stage.options.get(LABEL))))
}

#[cfg(test)]
mod tests {
    use spillway_recipe::parse;

    use super::*;

    fn upload(id: &str) -> Uploaded {
        Uploaded {
            upload: id.to_owned(),
            name: "a.csv".to_owned(),
            bytes: 1,
        }
    }

    #[test]
    fn a_stage_waits_for_the_file_that_the_session_no_longer_has() {
        let text = "a: upload upload=\"1\" label=\"a.csv\"\nb: upload upload=\"2\" label=\"b.csv\"";
        let recipe = parse(text).expect("a pipeline");
        let waits = |known: &[Uploaded], name| lost_upload(&recipe, known, name);
        assert_eq!(waits(&[], "b.csv").as_deref(), Some("b"));
        assert_eq!(waits(&[], "c.csv"), None);
        assert_eq!(waits(&[upload("1")], "c.csv").as_deref(), Some("b"));
        assert_eq!(waits(&[upload("1"), upload("2")], "a.csv"), None);
    }
}
