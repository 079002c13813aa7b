using System.Collections;

namespace EdgeStream.Delivery;

/// <summary>The columns of a delivery in their order; equal to another list of the same columns. Immutable.</summary>
public sealed class ColumnList : IReadOnlyList<ColumnDefinition>, IEquatable<ColumnList>
{
    /// <summary>No columns.</summary>
    public static readonly ColumnList Empty = new([]);

    private readonly ColumnDefinition[] _columns;

    /// <summary>A list of those columns.</summary>
    public ColumnList(IEnumerable<ColumnDefinition> columns) => _columns = [.. columns];

    /// <inheritdoc/>
    public int Count => _columns.Length;

    /// <inheritdoc/>
    public ColumnDefinition this[int index] => _columns[index];

    /// <inheritdoc/>
    public bool Equals(ColumnList? other) => other is not null && _columns.AsSpan().SequenceEqual(other._columns);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ColumnList);

    /// <inheritdoc/>
    public override int GetHashCode() => _columns.Length == 0 ? 0 : HashCode.Combine(_columns.Length, _columns[0]);

    /// <inheritdoc/>
    public IEnumerator<ColumnDefinition> GetEnumerator() => ((IEnumerable<ColumnDefinition>)_columns).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => _columns.GetEnumerator();
}
