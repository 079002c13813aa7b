using System.Text;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Writes records as they stand in objects.</summary>
/// <remarks>Not thread-safe: what it gives stays valid until the next call. Raw records without a delimiter are given
/// where they are.</remarks>
internal sealed class RecordEncoder(RecordFormat format, string delimiter, string stream, string shardId)
{
    private readonly byte[] _delimiter = Encoding.UTF8.GetBytes(delimiter);
    private readonly JsonLineEncoder? _lines =
        format == RecordFormat.JsonLines ? new JsonLineEncoder(stream, shardId) : null;

    private byte[] _delimited = [];

    /// <summary>The record's bytes in an object.</summary>
    public ReadOnlySpan<byte> Encode(in StreamRecord record)
    {
        if (_lines is not null)
        {
            return _lines.Encode(record);
        }

        return _delimiter.Length == 0 ? record.Data : Delimit(record.Data);
    }

    private ReadOnlySpan<byte> Delimit(ReadOnlySpan<byte> data)
    {
        var length = data.Length + _delimiter.Length;
        if (_delimited.Length < length)
        {
            _delimited = new byte[Math.Max(length, _delimited.Length * 2)];
        }

        data.CopyTo(_delimited);
        _delimiter.CopyTo(_delimited.AsSpan(data.Length));
        return _delimited.AsSpan(0, length);
    }
}
