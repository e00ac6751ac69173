//! `policy`: who may see what, shown, explained, and signed where it is looser than the default.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use geodata::policy::{self, DEFAULT_TEXT, Override, Policy};
use geodata::release::policy_in_force;
use geodata::store::{Store, signers};
use geodata::{Error, Result};
use serde_json::json;

use super::{file_error, open_existing, print_json, terminal};

/// Show, check and sign the policy that says who may see what.
#[derive(clap::Args)]
#[command(after_help = "Example, a city's own policy:
  urbansafety policy show > policy.toml
  urbansafety policy check policy.toml

Stricter than the default needs nothing more. Looser needs the signature of someone whom the data file trusts:
  urbansafety policy keygen -o officer.key
  urbansafety policy trust --data city.gpkg PUBLIC_KEY --name \"A. Officer\"
  urbansafety policy sign policy.toml --key officer.key --name \"A. Officer\" --reason \"study of one year, approved 3 May\"")]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Print the default policy, or with --data the one that the newest release was made under.
    Show {
        /// The city's GeoPackage.
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Explain a policy in sentences; exit 1 and the rule if it cannot be used.
    Check {
        /// Policy file; the default without it.
        file: Option<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a signing key; the public key is printed, the secret stays in the file.
    Keygen {
        /// File for the secret; it is made with rights for its owner alone, and never written over.
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Let a public key sign policies that are looser than the default.
    Trust {
        /// The city's GeoPackage.
        #[arg(long, env = "URBANSAFETY_DATA")]
        data: PathBuf,
        /// What `policy keygen` printed.
        public_key: String,
        /// Who holds the secret.
        #[arg(long)]
        name: String,
    },
    /// Sign a policy; the signature is written beside it as FILE.signed.toml.
    Sign {
        /// Policy file.
        file: PathBuf,
        /// File that `policy keygen` wrote.
        #[arg(long)]
        key: PathBuf,
        /// Who answers for it.
        #[arg(long)]
        name: String,
        /// Why it is needed; it stands in every answer.
        #[arg(long)]
        reason: String,
    },
}

pub fn run(args: &Args) -> Result<()> {
    match &args.verb {
        Verb::Show { data } => show(data.as_deref()),
        Verb::Check { file, json } => check(file.as_deref(), *json),
        Verb::Keygen { output } => keygen(output),
        Verb::Trust { data, public_key, name } => {
            signers::add(&mut open_existing(data)?, public_key, name)?;
            super::log_deed(data, format!("policy trust {} {}", public_key.trim(), name.trim()), 0)
        }
        Verb::Sign { file, key, name, reason } => {
            let policy = read_policy(file)?;
            let secret = policy::read_secret(key)?;
            let signed = policy::sign(&policy, &secret, name, reason, &super::today().to_string())?;
            let path = signed_path(file);
            std::fs::write(&path, signed.text()).map_err(|e| file_error("writing", &path, &e))?;
            terminal::print(&format!("signed: {}", path.display()))
        }
    }
}

/// Reads and checks a policy file.
pub fn read_policy(path: &Path) -> Result<Policy> {
    let text = std::fs::read_to_string(path).map_err(|e| file_error("reading", path, &e))?;
    Policy::read(&text).map_err(|e| Error::new(e.kind, format!("{}: {}", path.display(), e.what), e.hint))
}

/// The policy that holds for a city: of its newest release, or the default.
pub fn in_force(store: &Store) -> Result<Policy> {
    Ok(policy_in_force(store)?.unwrap_or_else(|| Policy::standard().clone()))
}

/// Where the signature of a policy file stands.
fn signed_path(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".signed.toml");
    path.into()
}

fn show(data: Option<&Path>) -> Result<()> {
    let held = data.map(|data| policy_in_force(&Store::open_read(data)?)).transpose()?.flatten();
    let Some(policy) = held else {
        if data.is_some() {
            eprintln!("no release was made yet: this is the default policy");
        }
        return terminal::print(DEFAULT_TEXT.trim_end());
    };
    let text = toml::to_string_pretty(&policy)
        .map_err(|e| Error::storage(format!("the policy cannot be written as TOML: {e}"), "report this"))?;
    terminal::print(text.trim_end())
}

fn check(file: Option<&Path>, as_json: bool) -> Result<()> {
    let policy = file.map_or_else(|| Ok(Policy::standard().clone()), read_policy)?;
    let looser = policy::looser_than(&policy, Policy::standard());
    let signed = match file.map(signed_path).filter(|path| path.exists()) {
        Some(path) => {
            let signed = Override::read(&path)?;
            // Whether the key is trusted is for the data file to say; all else can be checked here.
            policy::verify(&policy, &signed, std::slice::from_ref(&signed.public_key))?;
            Some(signed)
        }
        None => None,
    };
    let text = policy::explain(&policy);
    if as_json {
        let sentences: Vec<_> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        return print_json(&json!({
            "title": policy.title, "version": policy.version, "hash": policy.full_hash(), "looser": looser,
            "needs_signature": !looser.is_empty(), "signed": signed, "sentences": sentences,
        }));
    }
    terminal::print(text.trim_end())?;
    signed.map_or(Ok(()), |s| {
        terminal::print(&format!(
            "Signed by {} on {} ({}), with the key {}.",
            s.signed_by, s.date, s.reason, s.public_key
        ))
    })
}

fn keygen(path: &Path) -> Result<()> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|e| {
        Error::storage(format!("the system gives no random numbers: {e}"), "make the key on another machine")
    })?;
    let hex: String = secret.iter().map(|b| format!("{b:02x}")).collect();
    write_secret(path, &hex).map_err(|e| file_error("writing the new key", path, &e))?;
    eprintln!("{}: keep it safe; whoever has it can sign in your name. The public key:", path.display());
    terminal::print(&policy::public_key(&secret))
}

/// Writes a new file that its owner alone may read; one that is there already is left as it is.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(path)?, "{text}")
}
