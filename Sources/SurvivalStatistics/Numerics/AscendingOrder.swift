/// The rows of `values` in ascending order of value, equal values in the order of their rows.
///
/// A radix sort on the bit patterns, O(n): an order on doubles is an order on integers once negative patterns are
/// flipped. The highest digits nearly always decide; what they leave open is settled by insertion, or by the other
/// digits where there is much of it. −0 and 0 are equal.
///
/// - Precondition: no value is NaN, and there are fewer than 2³² of them.
func ascendingOrder(_ values: [Double]) -> [Int] {
    var items = values.indices.map { RadixItem(values[$0], row: $0) }
    if items.count < RadixItem.bucketCount {
        items.sort { ($0.key, $0.row) < ($1.key, $1.row) }
    } else {
        RadixItem.sort(&items)
    }
    return items.map { Int($0.row) }
}

private struct RadixItem {
    static let digitBits = 11
    static let bucketCount = 1 << digitBits
    static let digitCount = (UInt64.bitWidth + digitBits - 1) / digitBits

    let key: UInt64
    let row: UInt32

    init(_ value: Double, row: Int) {
        precondition(!value.isNaN, "NaN has no place in an order")
        let pattern = (value + 0).bitPattern
        key = pattern >> 63 == 1 ? ~pattern : pattern | 1 << 63
        self.row = UInt32(row)
    }

    func digit(_ index: Int) -> Int {
        Int(truncatingIfNeeded: key >> UInt64(index * Self.digitBits)) & (Self.bucketCount - 1)
    }

    /// Stable.
    static func sort(_ items: inout [RadixItem]) {
        var spare = items
        distribute(&items, &spare, digits: digitCount / 2..<digitCount)
        if !settle(&items) { distribute(&items, &spare, digits: 0..<digitCount) }
    }

    /// One stable pass per digit, least significant first; a digit that all keys share is skipped.
    private static func distribute(_ items: inout [RadixItem], _ spare: inout [RadixItem], digits: Range<Int>) {
        var counts = [Int](repeating: 0, count: digitCount * bucketCount)
        for item in items {
            for index in digits { counts[index * bucketCount + item.digit(index)] += 1 }
        }
        for index in digits {
            let buckets = index * bucketCount..<(index + 1) * bucketCount
            guard counts[buckets].allSatisfy({ $0 < items.count }) else { continue }
            var position = 0
            for bucket in buckets {
                (counts[bucket], position) = (position, position + counts[bucket])
            }
            for item in items {
                let bucket = buckets.lowerBound + item.digit(index)
                spare[counts[bucket]] = item
                counts[bucket] += 1
            }
            swap(&items, &spare)
        }
    }

    /// Sorts by insertion; false, with equal keys still in the order of their rows, where that would take too long.
    private static func settle(_ items: inout [RadixItem]) -> Bool {
        var moves = 2 * items.count
        for index in 1..<items.count where items[index].key < items[index - 1].key {
            let item = items[index]
            var position = index
            while position > 0 && items[position - 1].key > item.key {
                items[position] = items[position - 1]
                position -= 1
                moves -= 1
            }
            items[position] = item
            guard moves > 0 else { return false }
        }
        return true
    }
}
