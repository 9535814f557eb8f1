//! What is completed at a place of a text, which `|` marks.

use super::texts::Known;
use crate::view::complete::{Candidate, CandidateKind, complete};

fn candidates(marked: &str) -> Vec<Candidate> {
    let at = marked.find('|').unwrap();
    let text = marked.replacen('|', "", 1);
    let found = complete(&text, at, &Known);
    assert!(found.start <= at);
    let word = &text[found.start..at];
    for candidate in &found.candidates {
        let folded = candidate.text.to_lowercase();
        assert!(folded.starts_with(&word.to_lowercase()), "{word}: {candidate:?}");
    }
    found.candidates
}

/// The texts of the candidates of some kind.
fn texts(marked: &str, kind: CandidateKind) -> Vec<String> {
    let found = candidates(marked).into_iter().filter(|candidate| candidate.kind == kind);
    found.map(|candidate| candidate.text).collect()
}

fn columns(marked: &str) -> Vec<String> {
    texts(marked, CandidateKind::Column)
}

#[test]
fn a_text_begins_with_from_and_a_relation() {
    assert_eq!(texts("|", CandidateKind::Step), ["from", "param", "with"]);
    assert_eq!(texts("fr|", CandidateKind::Step), ["from"]);
    assert_eq!(
        texts("from |", CandidateKind::Relation),
        ["ast_calls", "files", "hidden", "newer", "spans"]
    );
    assert_eq!(texts("from fi|", CandidateKind::Relation), ["files"]);
    for before in [
        "join",
        "left join",
        "semi join",
        "asof join",
        "left asof join",
        "union",
        "union all",
        "except",
    ] {
        let text = format!("from files {before} sp|");
        assert_eq!(texts(&text, CandidateKind::Relation), ["spans"], "{text}");
    }
    assert_eq!(texts("from spans; from fi|", CandidateKind::Relation), ["files"]);
    assert_eq!(texts("from cou|", CandidateKind::Template), ["counted<"]);
    assert_eq!(texts("from nothing as |", CandidateKind::Relation), [""; 0]);
    let [files] = candidates("from files|").try_into().unwrap();
    assert_eq!(
        files.label,
        "files { file_id: String, path: String, lang: String, size: Option<i64> }"
    );
}

#[test]
fn behind_a_dot_stand_columns_and_fields() {
    let calls = ["attrs", "bend", "bstart", "file_id", "path", "pos", "tags"];
    assert_eq!(columns("from ast_calls as c where c.|"), calls);
    assert_eq!(columns("from ast_calls as c where c.b|"), ["bend", "bstart"]);
    assert_eq!(columns("from ast_calls as c where c.pos.|"), ["col", "line"]);
    assert_eq!(columns("from ast_calls as c where pos.l|"), ["line"]);
    assert_eq!(columns("from ast_calls as c select { n: span_len(c.bstart, c.|"), calls);
    assert_eq!(columns("from ast_calls as c join files as f on f.|").len(), 4);
    assert_eq!(columns("from ast_calls as c join files as f on f.path == c.p|"), ["path", "pos"]);
    assert_eq!(candidates("from ast_calls as c where nothing.|"), []);
    let [bend] = candidates("from ast_calls as c where c.ben|").try_into().unwrap();
    assert_eq!(bend.label, "bend: i64");
}

#[test]
fn what_a_step_leaves_can_be_named_behind_it() {
    let grouped = "from files group by { lang } aggregate { total: count(), longest: max(size) } ";
    assert_eq!(columns(&format!("{grouped}where |")), ["lang", "longest", "total"]);
    assert_eq!(columns(&format!("{grouped}where total > 1 order by lo|")), ["longest"]);
    assert_eq!(columns("from files select { name: path, size } where |"), ["name", "size"]);
    assert_eq!(columns("from spans unnest edges as e where e.|"), ["key", "weight"]);
    let with = "with big = (from files where size > 3 select { path }) from big where |";
    assert_eq!(columns(with), ["path"]);
    assert_eq!(columns("from (from spans where s|"), ["score", "seen", "small", "span"]);
}

#[test]
fn an_error_before_the_place_hides_no_more_than_it_has_to() {
    assert_eq!(columns("from files where nothing > 3 and si|"), ["size"]);
    assert_eq!(columns("from files where size > 3 derive { x: wrong } where pa|"), ["path"]);
    assert_eq!(columns("from nowhere where |"), [""; 0]);
    assert_eq!(candidates("!!! |"), candidates("|"));
}

#[test]
fn functions_come_with_their_signatures() {
    let found = candidates("from files where span_l|");
    assert_eq!(found[0].text, "span_len(");
    assert_eq!(found[0].label, "span_len(start: i64, end: i64) -> i64");
    let builtins = texts("from files where coal|", CandidateKind::Function);
    assert_eq!(builtins, ["coalesce("]);
    assert_eq!(texts("from files where size > 3 wh|", CandidateKind::Step), ["where"]);
    assert!(texts("from files as f |", CandidateKind::Step).contains(&"select".to_owned()));
    assert_eq!(texts("from files where f|", CandidateKind::Alias), ["files"]);
}

#[test]
fn a_place_anywhere_in_a_text_is_completed_without_an_error() {
    let text = "with q = (from files as f where f.path like \"%{(\") from q as x join spans as s on \
                s.id == x.size unnest s.edges as e select { e.key, n: case when s.ok then 1 else 2 end }";
    for at in 0..=text.len() {
        let found = complete(text, at, &Known);
        assert!(found.start <= at);
    }
}

#[test]
fn a_join_shows_both_sides_in_its_condition_alone() {
    let names = ["file_id", "lang", "path", "size"];
    for join in ["join", "left join", "full join", "semi join", "anti join", "left asof join"] {
        let text = format!("from ast_calls as c {join} files as f on f.|");
        assert_eq!(columns(&text), names, "{text}");
    }
    assert_eq!(
        columns("from ast_calls as c anti join files as f on f.path == c.path where f.|"),
        [""; 0]
    );
    assert_eq!(columns("from ast_calls as c left join files as f on true where f.|"), names);
    assert_eq!(texts("from ast_calls as c join files |", CandidateKind::Word), ["as", "on"]);
    assert_eq!(texts("from ast_calls as c left |", CandidateKind::Word), ["asof", "join"]);
}

#[test]
fn a_query_inside_sees_its_own_row_and_the_names_around_it() {
    let exists = "from files as f where exists (from ast_calls as c where c.path == ";
    assert_eq!(columns(&format!("{exists}f.|")), ["file_id", "lang", "path", "size"]);
    assert_eq!(columns(&format!("{exists}c.b|")), ["bend", "bstart"]);
    assert_eq!(columns(&format!("{exists}b|")), ["bend", "bstart"]);
    assert_eq!(texts(&format!("{exists}|"), CandidateKind::Alias), ["c", "f"]);
    let with = "with big = (from files where size > 3 select { path })";
    assert_eq!(texts(&format!("{with} from b|"), CandidateKind::Query), ["big"]);
    assert_eq!(columns(&format!("{with} with small = (from big where |")), ["path"]);
    assert_eq!(columns(&format!("{with} from spans as s join (from big where |")), ["path"]);
    assert_eq!(texts("from files where path in (|", CandidateKind::Step), ["from"]);
}

#[test]
fn each_list_sees_what_its_step_does() {
    assert_eq!(columns("from files group by { lang } aggregate { n: count(), m: max(s|"), ["size"]);
    assert_eq!(columns("from files derive { large: size > 3, b: l|"), ["lang", "large"]);
    assert_eq!(columns("from files derive { large: size > 3, b: f(1, l|"), ["lang", "large"]);
    assert_eq!(columns("from files derive { large: siz|"), ["size"]);
    assert_eq!(columns("from files distinct on { la|"), ["lang"]);
    assert_eq!(columns("from files select { * except (la|"), ["lang"]);
    assert_eq!(columns("from files derive { n: rank() over (partition by la|"), ["lang"]);
    let counted = "from counted<files>(lang) as c where c.|";
    assert_eq!(columns(counted), ["lang", "n"]);
}

#[test]
fn parameters_and_types_are_named() {
    assert_eq!(texts("param least: i6|", CandidateKind::Type), ["i64"]);
    assert_eq!(texts("from files select { cast(size as i6|", CandidateKind::Type), ["i64"]);
    assert_eq!(texts("from files contract { path: Str|", CandidateKind::Type), ["String"]);
    let text = "param least: i64 from files where size > le|";
    assert_eq!(texts(text, CandidateKind::Param), ["least"]);
    assert_eq!(columns(text), [""; 0]);
}

#[test]
fn texts_and_comments_are_not_completed() {
    for text in ["from files where path == \"si|", "from files // si|", "from files /* si|"] {
        assert_eq!(candidates(text), [], "{text}");
    }
    assert_eq!(columns("from files // as f\nwhere si|"), ["size"]);
    assert_eq!(columns("from files where path == 'a (' and si|"), ["size"]);
}

#[test]
fn steps_are_offered_where_an_operand_ends() {
    for text in ["from files |", "from files where size > 3 |", "from files select { path } |"] {
        assert!(texts(text, CandidateKind::Step).contains(&"order".to_owned()), "{text}");
    }
    for text in
        ["from files where |", "from files where size > |", "from files where size > 3 and |"]
    {
        assert_eq!(texts(text, CandidateKind::Step), [""; 0], "{text}");
    }
    assert_eq!(texts("from files order |", CandidateKind::Word), ["by"]);
    assert_eq!(candidates("from files limit |"), []);
}

#[test]
fn the_arguments_of_a_function_stay() {
    assert_eq!(texts("from files where span_l|", CandidateKind::Function), ["span_len("]);
    assert_eq!(texts("from files where span_l|(1, 2)", CandidateKind::Function), ["span_len"]);
}
