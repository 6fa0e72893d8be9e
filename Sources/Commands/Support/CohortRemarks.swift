import Cohorts
import CommandLanguage

extension Context {
    /// Tells what was left out of a cohort, and what else should be known of it, since `before`.
    func report(_ cohort: Cohort, since before: Cohort? = nil) {
        for exclusion in cohort.exclusions where before?.exclusions.contains(exclusion) != true { note(exclusion.text) }
        for remark in cohort.notes where before?.notes.contains(remark) != true { note(remark.text) }
    }

    /// Tells which of a cohort's columns formulas on its predictions cannot see.
    func reportHiddenByPredictions(_ cohort: Cohort) {
        let hidden = PredictionsObject.namesBeforeColumns.filter { cohort.table[$0] != nil }
        guard !hidden.isEmpty else { return }
        note(
            "formulas on the predictions see their own \(hidden.joined(separator: ", ")), not the cohort's "
                + (hidden.count == 1 ? "column" : "columns") + " of that name")
    }
}
