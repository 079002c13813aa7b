using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Reads out of a record's data the values that stand in the name of its object.</summary>
/// <remarks>A value is a text, a number, true or false, in at most <see cref="PartitionKeys.ValueBytesMax"/> bytes.
/// What a part of a name cannot have is written as <c>%</c> and two hexadecimal digits for each byte, so that different
/// values never make the same name. Not thread-safe.</remarks>
internal sealed class PartitionReader : IDisposable
{
    private readonly RowReader _rows;
    private readonly IReadOnlyList<string> _paths;
    private readonly StringBuilder _text = new();
    private char[] _group = new char[256];
    private int _length;

    /// <summary>Reads the values at paths.</summary>
    public PartitionReader(IReadOnlyList<string> paths, string stream, string shardId)
    {
        _paths = paths;
        var columns = new List<LayoutColumn>();
        foreach (var path in paths)
        {
            columns.Add(new LayoutColumn(path, ColumnType.String, true, null, path));
        }

        _rows = new RowReader(new ColumnLayout(columns, HasHeader: false, IsOpen: false), stream, shardId, null);
    }

    /// <summary>The values of the record that was read last, each behind the one before and a line feed.</summary>
    public ReadOnlySpan<char> Group => _group.AsSpan(0, _length);

    /// <summary>The values of a group.</summary>
    public static string[] ValuesOf(string group) => group.Split('\n');

    /// <summary>Reads a record; says why it has no object.</summary>
    public string? Read(in StreamRecord record)
    {
        if (_rows.Read(record) is { } problem)
        {
            return $"{problem} It stands in the names of objects.";
        }

        _text.Clear();
        for (var i = 0; i < _paths.Count; i++)
        {
            var value = _rows.TextOf(_rows.Cells[i]);
            if (value.IsEmpty || value.Length > PartitionKeys.ValueBytesMax)
            {
                return $"The value at '{_paths[i]}', which stands in the names of objects, has {value.Length} bytes: 1 "
                    + $"to {PartitionKeys.ValueBytesMax} are allowed.";
            }

            if (i > 0)
            {
                _text.Append('\n');
            }

            Append(value);
        }

        if (_group.Length < _text.Length)
        {
            _group = new char[_text.Length * 2];
        }

        _length = _text.Length;
        _text.CopyTo(0, _group, _length);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    private void Append(ReadOnlySpan<byte> value)
    {
        var isDots = value.IndexOfAnyExcept((byte)'.') < 0;
        foreach (var one in value)
        {
            if (one is >= (byte)'a' and <= (byte)'z' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9'
                or (byte)'-' or (byte)'_' or (byte)'=' or (byte)'+' or (byte)'@' or (byte)':' or (byte)' '
                || (one == (byte)'.' && !isDots))
            {
                _text.Append((char)one);
            }
            else
            {
                _text.Append('%').Append("0123456789ABCDEF"[one >> 4]).Append("0123456789ABCDEF"[one & 15]);
            }
        }
    }
}
