/// One kind of data about the patients.
public struct Modality: Sendable {
    public enum Content: Sendable {
        /// One value per patient and column.
        case table(FeatureTable)
        /// Columns grouped into sets, each set one token.
        case sets(FeatureTable, [GeneSet])
        /// A bag of patches per patient, each patch one token.
        case patches(PatchBags)
    }

    public var name: String
    public var content: Content
    /// Per patient of the cohort: whether there is any value, or any patch.
    public var present: [Bool]

    public init(name: String, content: Content, present: [Bool]) {
        self.name = name
        self.content = content
        self.present = present
    }

    public var presentCount: Int { present.lazy.filter { $0 }.count }
}
