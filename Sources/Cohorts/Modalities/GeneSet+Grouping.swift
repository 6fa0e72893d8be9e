/// Columns grouped into sets, and what found no place.
struct GeneGrouping {
    var sets: [GeneSet]
    /// Names of sets of which the table has no gene.
    var emptySets: [String]
    /// Genes that some set names and the table lacks.
    var absentGenes: [String]

    /// The set of the features that are in no other.
    static let otherName = "other"

    /// A set takes every column about one of its genes, so that a gene with a copy number and a mutation brings two.
    /// The columns of no set make a last one named "other".
    ///
    /// - Throws: `ModalityError.noGeneInCommon` when no set has any column.
    init(columns: [ChosenColumn], file: GeneSetFile) throws {
        var columnsOfGene: [String: [Int]] = [:]
        for (index, column) in columns.enumerated() { columnsOfGene[column.gene, default: []].append(index) }
        sets = []
        emptySets = []
        absentGenes = []
        var placed = [Bool](repeating: false, count: columns.count)
        var absent: Set<String> = []
        for entry in file.sets {
            for gene in entry.genes where columnsOfGene[gene] == nil && absent.insert(gene).inserted {
                absentGenes.append(gene)
            }
            let features = entry.genes.flatMap { columnsOfGene[$0] ?? [] }.sorted()
            for feature in features { placed[feature] = true }
            if features.isEmpty {
                emptySets.append(entry.name)
            } else {
                sets.append(GeneSet(name: entry.name, features: features))
            }
        }
        guard !sets.isEmpty else {
            throw ModalityError.noGeneInCommon(
                file.path, theirs: file.sets.lazy.flatMap(\.genes).first ?? "none", ours: columns.first?.gene ?? "none")
        }
        let rest = columns.indices.filter { !placed[$0] }
        guard !rest.isEmpty else { return }
        var name = Self.otherName
        while sets.contains(where: { $0.name == name }) { name += "'" }
        sets.append(GeneSet(name: name, features: rest))
    }
}
