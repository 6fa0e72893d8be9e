import Cohorts
import CommandLanguage

extension Context {
    /// Tells what was left out of a cohort, and what else should be known of it, since `before`.
    func report(_ cohort: Cohort, since before: Cohort? = nil) {
        for exclusion in cohort.exclusions where before?.exclusions.contains(exclusion) != true { note(exclusion.text) }
        for remark in cohort.notes where before?.notes.contains(remark) != true { note(remark.text) }
    }
}
