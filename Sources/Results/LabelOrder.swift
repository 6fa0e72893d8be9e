extension Sequence<String> {
    /// Labels in the order of levels and groups: as numbers when every one is a number ("2" before "10"), else by their
    /// characters, as R orders the levels of a factor. Equal numbers written differently ("01", "1") follow their characters.
    public func inLabelOrder() -> [String] {
        let labels = Array(self)
        let numbers = labels.compactMap(Double.init)
        let isNumeric = numbers.count == labels.count && !numbers.contains(where: \.isNaN)
        return labels.indices.sorted {
            if isNumeric && numbers[$0] != numbers[$1] { return numbers[$0] < numbers[$1] }
            return labels[$0].unicodeScalars.lexicographicallyPrecedes(labels[$1].unicodeScalars)
        }.map { labels[$0] }
    }
}
