import Results

/// What is the same for all patients of a simulation: how factors show in patches and genes.
struct World {
    /// Factors of each kind: shared, of histology, of genomics.
    static let factors = 3
    private static let clusters = 6

    private let parameters: SimulationParameters
    private let patchWeights: Matrix
    private let geneWeights: Matrix
    private let loadings: Matrix
    private let background: Matrix
    /// The first so many sets carry the factors.
    let informativeSets: Int

    init(_ parameters: SimulationParameters, _ generator: inout SeededGenerator) {
        self.parameters = parameters
        let both = 2 * Self.factors
        patchWeights = generator.normals(rows: both, columns: parameters.features, deviation: 0.6)
        geneWeights = generator.normals(rows: both, columns: parameters.genes, deviation: 0.5)
        var loadings = generator.normals(rows: parameters.sets, columns: parameters.genes)
        loadings.values = loadings.values.map(abs)
        self.loadings = loadings
        background = generator.normals(rows: Self.clusters, columns: parameters.features)
        informativeSets = parameters.sets / 5
    }

    /// A patient's patches, one after another, and which of them are informative.
    func bag(factors: ArraySlice<Double>, _ generator: inout SeededGenerator) -> ([Float], [Bool]) {
        let signal = product(factors, patchWeights)
        let count = patchCount(&generator)
        var values: [Float] = []
        values.reserveCapacity(count * parameters.features)
        var informative: [Bool] = []
        for _ in 0..<count {
            let isInformative = generator.uniform() <= parameters.informativeShare
            let centre =
                isInformative ? signal[...] : background[row: Int.random(in: 0..<Self.clusters, using: &generator)]
            for value in centre { values.append(Float(value + parameters.histologyNoise * generator.normal())) }
            informative.append(isInformative)
        }
        return (values, informative)
    }

    /// Of each patch of a patient the background cluster; nil for one that is informative.
    func kinds(_ generator: inout SeededGenerator) -> [Int?] {
        (0..<patchCount(&generator)).map { _ in
            let isInformative = generator.uniform() <= parameters.informativeShare
            return isInformative ? nil : Int.random(in: 0..<Self.clusters, using: &generator)
        }
    }

    /// Patches of those kinds, one after another.
    func patches(_ kinds: [Int?], factors: [Double], _ generator: inout SeededGenerator) -> [Float] {
        let signal = product(factors[...], patchWeights)
        return [Float](unsafeUninitializedCapacity: kinds.count * parameters.features) { values, initialized in
            for kind in kinds {
                for value in kind.map({ background[row: $0] }) ?? signal[...] {
                    values[initialized] = Float(value + parameters.histologyNoise * generator.normal())
                    initialized += 1
                }
            }
        }
    }

    private func patchCount(_ generator: inout SeededGenerator) -> Int {
        parameters.mostPatches.map { Int.random(in: parameters.patches...$0, using: &generator) } ?? parameters.patches
    }

    func fillGenes(
        _ genes: inout Matrix, patient: Int, factors: ArraySlice<Double>, _ generator: inout SeededGenerator
    ) {
        let signal = product(factors, geneWeights)
        for set in 0..<parameters.sets {
            for gene in 0..<parameters.genes {
                let shown = set < informativeSets ? signal[gene] * loadings[set, gene] : 0
                genes[patient, set * parameters.genes + gene] = shown + parameters.genomicsNoise * generator.normal()
            }
        }
    }

    /// The genes as columns `set01_gene01` …, grouped; missing where the patient lacks them.
    func geneSets(_ genes: Matrix, present: [Bool]) -> (features: FeatureTable, sets: [GeneSet]) {
        var table = Table(rowCount: genes.rows)
        let geneNames = numbered("gene", parameters.genes)
        let setNames = numbered("set", parameters.sets)
        for (index, name) in setNames.flatMap({ set in geneNames.map { "\(set)_\($0)" } }).enumerated() {
            table[name] = .numbers((0..<genes.rows).map { present[$0] ? genes[$0, index] : .nan })
        }
        let sets = setNames.enumerated().map { index, name in
            GeneSet(name: name, features: Array(index * parameters.genes..<(index + 1) * parameters.genes))
        }
        return (FeatureTable(table: table), sets)
    }

    private func product(_ factors: ArraySlice<Double>, _ weights: Matrix) -> [Double] {
        var sums = [Double](repeating: 0, count: weights.columns)
        for (index, factor) in factors.enumerated() {
            for column in 0..<weights.columns { sums[column] += factor * weights[index, column] }
        }
        return sums
    }
}
