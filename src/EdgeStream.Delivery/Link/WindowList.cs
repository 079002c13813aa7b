using System.Collections;

namespace EdgeStream.Delivery;

/// <summary>The windows in which a delivery may use its link; equal to another list of the same texts. Immutable.
/// </summary>
public sealed class WindowList : IReadOnlyList<string>, IEquatable<WindowList>
{
    /// <summary>No windows: always.</summary>
    public static readonly WindowList Always = new([]);

    private readonly string[] _windows;

    /// <summary>A list of windows such as <c>22:00-06:00</c> and <c>sat-sun 00:00-24:00</c>.</summary>
    public WindowList(IEnumerable<string> windows) => _windows = [.. windows];

    /// <inheritdoc/>
    public int Count => _windows.Length;

    /// <inheritdoc/>
    public string this[int index] => _windows[index];

    /// <inheritdoc/>
    public bool Equals(WindowList? other) => other is not null && _windows.AsSpan().SequenceEqual(other._windows);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WindowList);

    /// <inheritdoc/>
    public override int GetHashCode() => _windows.Length == 0 ? 0 : HashCode.Combine(_windows.Length, _windows[0]);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_windows).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => _windows.GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", _windows);
}
