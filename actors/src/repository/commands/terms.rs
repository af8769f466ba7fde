//! What a tenant answers and promises: questions, policy, delivery, the price of gold.

use sadu_db::tenants::Form;
use sadu_domain::error::Code;
use sadu_domain::terms::TermsDraft;

use super::settings::Kept;

impl Kept for TermsDraft {
    const FORM: Form = Form::Terms;
    const ACTION: &'static str = "terms.edit";
    const OBJECT: &'static str = "terms";
    const STALE: Code = Code::TermsRevisionConflict;
}
