/// The size of a simulated cohort, and the seed from which all of it follows.
public struct SimulationParameters: Sendable, Equatable {
    public var patients = 300
    /// Patches per patient.
    public var patches = 96
    /// Features per patch.
    public var features = 48
    public var sets = 40
    /// Genes per set.
    public var genes = 32
    public var seed: UInt64 = 1

    public init(
        patients: Int = 300, patches: Int = 96, features: Int = 48, sets: Int = 40, genes: Int = 32, seed: UInt64 = 1
    ) {
        self.patients = patients
        self.patches = patches
        self.features = features
        self.sets = sets
        self.genes = genes
        self.seed = seed
    }
}
