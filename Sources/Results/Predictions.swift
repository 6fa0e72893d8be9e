/// What a model said of each patient, with what became of them: the pivot between training and statistics.
public struct Predictions: Sendable, Equatable {
    /// Where the predictions came from.
    public struct Run: Sendable, Equatable {
        public var model: String
        public var seed: UInt64
        /// Every hyper-parameter and training option with its value, in the order they are declared.
        public var settings: [Setting]

        public init(model: String, seed: UInt64, settings: [Setting]) {
            self.model = model
            self.seed = seed
            self.settings = settings
        }
    }

    public struct Setting: Sendable, Equatable {
        public var name: String
        public var value: String
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var patients: [String]
    public var outcome: Outcome
    /// Higher means an earlier event is expected.
    public var risk: [Double]
    /// Times of the survival grid, increasing, the first one 0.
    public var grid: [Double]
    /// Survival probability, patients × grid.
    public var survival: Matrix
    /// The fold, from 1, in which the patient was held out; 0 for predictions not made by cross-validation.
    public var fold: [Int]
    /// The cohort's own columns.
    public var covariates: Table
    public var run: Run

    /// - Precondition: all parts speak of the same number of patients.
    public init(
        patients: [String], outcome: Outcome, risk: [Double], grid: [Double], survival: Matrix, fold: [Int],
        covariates: Table, run: Run
    ) {
        let count = patients.count
        precondition(
            outcome.count == count && risk.count == count && survival.rows == count && fold.count == count
                && covariates.rowCount == count && survival.columns == grid.count,
            "the parts of the predictions disagree in size")
        self.patients = patients
        self.outcome = outcome
        self.risk = risk
        self.grid = grid
        self.survival = survival
        self.fold = fold
        self.covariates = covariates
        self.run = run
    }

    public var isCrossValidated: Bool { fold.contains { $0 > 0 } }
}
