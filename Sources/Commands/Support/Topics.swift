import CommandLanguage

extension Topic {
    static let cohorts = Topic("cohorts", "patients, their follow-up, what was measured of them, folds")
    static let models = Topic("models", "models of several modalities, trained and applied")
    static let statistics = Topic("statistics", "curves, incidences, tests of groups, cut points, the first table")
    static let regression = Topic("regression", "regressions, their checks, what they predict")
    static let evaluation = Topic("evaluation", "how good predictions are, and whether one model is better")
    static let insight = Topic("insight", "what a model has learned: embeddings, saliency, prototypes")
    static let tables = Topic("tables", "looking at columns and changing them, of whatever is a table")
    static let figures = Topic("figures", "pictures of values, for print, slides and the terminal")
    static let files = Topic("files", "values written and read")
    static let session = Topic("session", "the prompt and its settings")
}
