/// The size and the difficulty of a simulated cohort, and the seeds from which all of it follows.
public struct SimulationParameters: Sendable, Equatable {
    public var patients = 300
    /// Patches per patient.
    public var patches = 96
    /// Patches vary evenly from `patches` to so many; nil for no variation.
    public var mostPatches: Int?
    /// Features per patch.
    public var features = 48
    public var sets = 40
    /// Genes per set.
    public var genes = 32
    public var seed: UInt64 = 1
    /// The seed of what is alike for all patients: how factors show in patches and genes. Cohorts of one world are
    /// samples of one population. The patients' own seed when nil.
    public var world: UInt64?

    /// The probability that a patch carries the factors.
    public var informativeShare = 0.15
    /// Standard deviation of the noise of patches and of genes.
    public var histologyNoise = 1.0
    public var genomicsNoise = 1.0
    /// The share of patients without the modality. Nobody lacks both.
    public var missingHistology = 0.0
    public var missingGenomics = 0.0
    /// Mean time to censoring; infinity censors nobody.
    public var censoring = 1.5

    public init(
        patients: Int = 300, patches: Int = 96, features: Int = 48, sets: Int = 40, genes: Int = 32, seed: UInt64 = 1,
        world: UInt64? = nil
    ) {
        self.patients = patients
        self.patches = patches
        self.features = features
        self.sets = sets
        self.genes = genes
        self.seed = seed
        self.world = world
    }

    /// What the values take in memory: eight bytes a gene, four a patch's feature.
    func bytes(withPatches: Bool) -> Double {
        let genes = Double(sets) * Double(genes) * 8
        let patches = withPatches ? Double(patches + (mostPatches ?? patches)) / 2 * Double(features) * 4 : 0
        return Double(patients) * (genes + patches)
    }
}
