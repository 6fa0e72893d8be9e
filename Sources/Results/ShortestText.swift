/// A number in the fewest digits that read back as the same, without a needless ".0".
public func shortest(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? String(value)
}
