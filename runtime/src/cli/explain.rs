//! `belvedere explain`.

use belvedere_lang::suggest;
use clap::Args;

use super::terminal::{Terminal, print};
use super::{CliResult, Failure};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The code, as it stands at the end of an error's first line
    code: String,
}

pub(super) fn explain(args: &ExplainArgs, _: &Terminal) -> CliResult {
    let explanations = || {
        [
            belvedere_lang::udf::messages::EXPLANATIONS,
            belvedere_lang::udaf::messages::EXPLANATIONS,
            belvedere_lang::udwf::messages::EXPLANATIONS,
            belvedere_lang::udtf::messages::EXPLANATIONS,
            belvedere_lang::reexport::messages::EXPLANATIONS,
            belvedere_lang::view::messages::EXPLANATIONS,
            belvedere_lang::spec::messages::EXPLANATIONS,
        ]
        .into_iter()
        .flatten()
    };
    let wanted = args.code.trim_matches(['[', ']']).to_uppercase();
    // `V50`, and `50` where one table alone has it, are `V0050`.
    let digits = wanted.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let padded = format!("{}{digits:0>4}", &wanted[..wanted.len() - digits.len()]);
    let found = match padded.len() {
        4 => [format!("V{padded}"), format!("F{padded}")]
            .into_iter()
            .find_map(|code| explanations().find(|(known, _)| *known == code)),
        _ => explanations().find(|(code, _)| *code == wanted || *code == padded),
    };
    match found {
        Some((code, text)) => {
            let lines: Vec<&str> = text.lines().map(|l| l.strip_prefix(' ').unwrap_or(l)).collect();
            print(format!("{code}: {}", lines.join("\n").trim()))?;
            Ok(())
        }
        None => {
            let near = suggest::nearest(&wanted, explanations().map(|(code, _)| *code));
            let help = near.map(|near| format!("\nhelp: did you mean `{near}`?"));
            let help = help.unwrap_or_else(|| {
                "\nhelp: a message has its code at the end of the first line, `V0050`, for instance"
                    .to_owned()
            });
            Err(Failure::NoMatch(format!("no error has the code `{}`{help}", args.code)))
        }
    }
}
