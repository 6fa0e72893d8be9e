/// The losses of a training, epoch by epoch.
public struct TrainingHistory: Sendable, Equatable {
    /// From 1; 0 when the whole cohort was trained on.
    public var fold: Int
    /// The survival loss, one entry per epoch: the mean over its batches.
    public var survival: [Double] = []
    /// The other terms of the objective, unweighted, by name in the order they first came.
    public var terms: [(name: String, values: [Double])] = []

    public init(fold: Int, survival: [Double] = [], terms: [(name: String, values: [Double])] = []) {
        self.fold = fold
        self.survival = survival
        self.terms = terms
    }

    public static func == (a: TrainingHistory, b: TrainingHistory) -> Bool {
        a.fold == b.fold && a.survival == b.survival && a.terms.map(\.name) == b.terms.map(\.name)
            && a.terms.map(\.values) == b.terms.map(\.values)
    }
}

/// How far a training has come; told after every batch.
public struct TrainingProgress: Sendable {
    /// Folds done and in all; 0 of 1 when the whole cohort is trained on.
    public var fold: Int
    public var folds: Int
    /// From 0.
    public var epoch: Int
    public var epochs: Int
    /// Between 0 and 1, of the whole training.
    public var fraction: Double
    /// The survival loss of the last batch.
    public var loss: Double
}
