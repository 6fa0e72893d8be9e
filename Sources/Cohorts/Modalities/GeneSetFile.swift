/// Gene sets as a CSV or TSV file gives them: one column per set, its name in the header and the genes below.
public struct GeneSetFile: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var name: String
        /// Distinct, in the order of the file.
        public var genes: [String]
    }

    public let path: String
    public let sets: [Entry]

    /// - Throws: `DelimitedFileError`; `ModalityError.noGenes` when no set has any gene.
    public init(path: String) throws {
        let file = try DelimitedFile(path: path)
        let first = file.hasRowNumbers ? 1 : 0
        sets = (first..<file.columnNames.count).map { index in
            var seen: Set<String> = []
            let genes = file.texts(index).compactMap { $0 }.filter { seen.insert($0).inserted }
            return Entry(name: file.columnNames[index], genes: genes)
        }
        self.path = path
        guard sets.contains(where: { !$0.genes.isEmpty }) else { throw ModalityError.noGenes(path) }
    }
}
