/// Items by a small number each, as a counting sort has them: O(items + buckets).
struct Buckets: Sendable {
    private var order: [Int]
    private var start: [Int]

    /// - Parameter keys: for each item, from 0 up to below `count`.
    init(_ keys: [Int], count: Int) {
        start = [Int](repeating: 0, count: count + 1)
        for key in keys { start[key + 1] += 1 }
        for key in 0..<count { start[key + 1] += start[key] }
        var next = start
        order = [Int](repeating: 0, count: keys.count)
        for (item, key) in keys.enumerated() {
            order[next[key]] = item
            next[key] += 1
        }
    }

    /// The items with that number, ascending.
    subscript(key: Int) -> ArraySlice<Int> { order[start[key]..<start[key + 1]] }

    /// How many items have a number below `key`.
    func count(below key: Int) -> Int { start[key] }
}
