import Foundation

/// What a cell's bytes mean: nothing, a number, or text.
enum CellText {
    /// The cell's text, quotes resolved.
    static func text(of cell: Range<UInt32>, in bytes: [UInt8]) -> String {
        let slice = bytes[Int(cell.lowerBound)..<Int(cell.upperBound)]
        let quote = UInt8(ascii: "\"")
        guard slice.count >= 2, slice.first == quote, slice.last == quote else {
            return String(decoding: slice, as: UTF8.self)
        }
        let text = String(decoding: slice.dropFirst().dropLast(), as: UTF8.self)
        return text.replacingOccurrences(of: "\"\"", with: "\"")
    }

    private static let missingWords: Set<String> = ["", "na", "n/a", "nan", "null", "."]
    private static let longestMissingWord = 4

    /// Whether the cell says that nothing is known: empty, `NA`, `N/A`, `NaN`, `null` (in any case) or a single dot.
    static func isMissing(_ cell: Range<UInt32>, in bytes: [UInt8]) -> Bool {
        if cell.isEmpty { return true }
        // Two quotes may surround the word.
        if cell.count > longestMissingWord + 2 { return false }
        return missingWords.contains(text(of: cell, in: bytes).lowercased())
    }

    private static let powersOfTen: [Double] = (0...22).map { Double("1e\($0)") ?? .nan }

    /// The number in the cell, correctly rounded; nil when the whole cell is not one.
    ///
    /// Up to 15 digits with a decimal exponent up to 22 either way are one exact integer and one exact power of ten,
    /// so that one rounding gives the nearest double (Clinger 1990); all else takes the general way.
    static func number(in cell: Range<UInt32>, of bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        var position = Int(cell.lowerBound)
        let end = Int(cell.upperBound)
        let isNegative = position < end && bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var mantissa = 0
        var digits = 0
        var fractionDigits = 0
        var sawPoint = false
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digits += 1
                if digits > 15 { break }
                mantissa = mantissa * 10 + Int(byte - UInt8(ascii: "0"))
                if sawPoint { fractionDigits += 1 }
            } else {
                break
            }
            position += 1
        }
        if position == end, digits > 0 {
            let value = Double(mantissa) / powersOfTen[fractionDigits]
            return isNegative ? -value : value
        }
        return general(String(decoding: bytes[Int(cell.lowerBound)..<end], as: UTF8.self))
    }

    /// The number that a text is; nil when it is none.
    static func number(_ text: String) -> Double? { general(text).flatMap { $0.isNaN ? nil : $0 } }

    private static func general(_ text: String) -> Double? {
        // Double reads hexadecimal too, and "nan(…)"; neither is a number that a table holds.
        guard let first = text.utf8.first, !text.contains(where: { $0 == "x" || $0 == "X" || $0 == "(" }) else {
            return nil
        }
        if first == UInt8(ascii: "\"") {
            guard text.utf8.count > 2, text.hasSuffix("\"") else { return nil }
            return general(String(text.dropFirst().dropLast()))
        }
        return Double(text)
    }
}
