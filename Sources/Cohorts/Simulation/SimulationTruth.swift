public import Results

/// What generated a simulated cohort, to hold models against.
public struct SimulationTruth: Sendable, Equatable {
    /// Log-hazard per patient: the best possible risk.
    public var risk: [Double]
    /// Patients × factors that every modality shows.
    public var sharedFactors: Matrix
    /// By modality: patients × factors that only this modality shows.
    public var ownFactors: [String: Matrix]
    /// By modality, patient and token: whether the token carries the factors.
    public var informative: [String: [[Bool]]]

    public init(
        risk: [Double], sharedFactors: Matrix, ownFactors: [String: Matrix], informative: [String: [[Bool]]]
    ) {
        self.risk = risk
        self.sharedFactors = sharedFactors
        self.ownFactors = ownFactors
        self.informative = informative
    }
}
