import Foundation

/// Reads the data blocks and labels of a gnuplot script back.
struct ScriptReader {
    struct Block {
        var name: String
        var title: String?
        var header: [String]
        /// Without the empty rows that interrupt lines.
        var rows: [[Double]]

        func column(_ index: Int) -> [Double] { rows.map { $0[index] } }
    }

    private(set) var blocks: [Block] = []
    private(set) var commands: [String] = []

    init(_ script: String) {
        var open: Block?
        var comments: [String] = []
        for line in script.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if var block = open {
                if line == "END_OF_DATA" {
                    block.title = comments.count > 1 ? comments[0] : nil
                    block.header = comments.last?.split(separator: " ").map(String.init) ?? []
                    blocks.append(block)
                    (open, comments) = (nil, [])
                } else if line.hasPrefix("# ") {
                    comments.append(String(line.dropFirst(2)))
                } else if !line.isEmpty {
                    block.rows.append(
                        line.split(separator: " ").map {
                            $0.hasPrefix("0x") ? Double(UInt32($0.dropFirst(2), radix: 16) ?? .max) : Double($0) ?? .nan
                        })
                    open = block
                }
            } else if line.hasSuffix(" << END_OF_DATA") {
                open = Block(name: String(line.prefix { $0 != " " }), title: nil, header: [], rows: [])
            } else {
                commands.append(line)
            }
        }
    }

    func blocks(_ kind: String) -> [Block] { blocks.filter { $0.name.hasPrefix("$\(kind)_") } }

    /// The one block with that title.
    func block(titled title: String) -> Block? {
        let found = blocks.filter { $0.title == title }
        return found.count == 1 ? found[0] : nil
    }

    /// Labels placed at `first X, screen …`, by the height on the page, each with its X and text.
    var columnLabels: [Double: [(x: Double, text: String)]] {
        var found: [Double: [(Double, String)]] = [:]
        let pattern = #/set label \d+ '([^'\n]*)' at first ([^,\n]+), screen ([\d.]+) /#
        for match in commands.joined(separator: "\n").matches(of: pattern) {
            if let x = Double(match.2), let y = Double(match.3) {
                found[y, default: []].append((x, String(match.1)))
            }
        }
        return found
    }
}
