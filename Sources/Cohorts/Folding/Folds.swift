/// A partition of a cohort for cross-validation.
public struct Folds: Sendable, Equatable {
    /// Positions of patients in the cohort, increasing; the two lists are disjoint.
    public struct Fold: Sendable, Equatable {
        public var training: [Int]
        public var validation: [Int]

        public init(training: [Int], validation: [Int]) {
            self.training = training
            self.validation = validation
        }
    }

    /// No patient is held out in more than one fold; some may be held out in none.
    public var folds: [Fold]

    public init(folds: [Fold]) { self.folds = folds }

    public var count: Int { folds.count }
}
