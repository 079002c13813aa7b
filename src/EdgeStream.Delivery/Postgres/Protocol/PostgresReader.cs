using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Delivery;

/// <summary>Reads the messages of a PostgreSQL server.</summary>
/// <remarks>PostgreSQL documentation, "Message Formats": a byte that says what it is, the length with itself in four
/// bytes, the body. A body is valid until the next is read. Not thread-safe. Memory: 1 MiB at most.</remarks>
internal sealed class PostgresReader(Stream stream)
{
    private const int HeaderBytes = 5;
    private const int BodyBytesMax = 1 << 20;
    private const int FieldsMax = 1600;

    private byte[] _input = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>The body of the last message.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Waits for the next message; what it is.</summary>
    public async ValueTask<int> ReadAsync(CancellationToken cancellationToken)
    {
        await FillAsync(HeaderBytes, cancellationToken);
        int type = _input[_start];
        var length = BinaryPrimitives.ReadInt32BigEndian(_input.AsSpan(_start + 1)) - sizeof(int);
        if (length is < 0 or > BodyBytesMax)
        {
            throw new IOException(
                $"The server sent a message of {length} bytes, more than {BodyBytesMax}: it may be no PostgreSQL.");
        }

        await FillAsync(HeaderBytes + length, cancellationToken);
        Body = _input.AsMemory(_start + HeaderBytes, length);
        _start += HeaderBytes + length;
        return type;
    }

    /// <summary>A message that nothing makes sense of.</summary>
    public static IOException Unexpected(int type) =>
        new($"The server sent a message of the type {type}, which belongs nowhere here.");

    /// <summary>The text up to the zero behind it.</summary>
    public static string TextOf(ReadOnlySpan<byte> body) =>
        body.IndexOf((byte)0) is >= 0 and var end ? Encoding.UTF8.GetString(body[..end])
            : throw new IOException("The server sent a text without an end.");

    /// <summary>The fields of an error: the code, the message and its detail.</summary>
    public static PostgresError ErrorOf(ReadOnlySpan<byte> body)
    {
        var (code, message, detail, isFatal) = ("", "", "", false);
        while (body.Length > 1 && body[0] != 0)
        {
            var text = TextOf(body[1..]);
            switch ((char)body[0])
            {
                case 'C':
                    code = text;
                    break;
                case 'M':
                    message = text;
                    break;
                case 'D':
                    detail = text;
                    break;
                case 'V':
                    isFatal = text is "FATAL" or "PANIC";
                    break;
            }

            body = body[(body[1..].IndexOf((byte)0) + 2)..];
        }

        return new PostgresError(code, detail.Length == 0 ? message : $"{message} ({detail})", isFatal);
    }

    /// <summary>The values of a row as texts; null where there is none.</summary>
    public static string?[] RowOf(ReadOnlySpan<byte> body)
    {
        var count = body.Length >= 2 ? BinaryPrimitives.ReadInt16BigEndian(body) : -1;
        if (count is < 0 or > FieldsMax)
        {
            throw new IOException($"The server sent a row of {count} values.");
        }

        body = body[2..];
        var values = new string?[count];
        for (var i = 0; i < count; i++)
        {
            var length = body.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(body) : int.MaxValue;
            if (length < -1 || length > body.Length - 4)
            {
                throw new IOException("The server sent a row that is cut off.");
            }

            values[i] = length < 0 ? null : Encoding.UTF8.GetString(body.Slice(4, length));
            body = body[(4 + Math.Max(0, length))..];
        }

        return values;
    }

    /// <summary>Reads until so many bytes are there.</summary>
    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_start + count > _input.Length)
        {
            var input = count > _input.Length ? new byte[Math.Max(count, _input.Length * 2)] : _input;
            _input.AsSpan(_start, _end - _start).CopyTo(input);
            (_input, _start, _end) = (input, 0, _end - _start);
        }

        while (_end - _start < count)
        {
            var read = await stream.ReadAsync(_input.AsMemory(_end), cancellationToken);
            _end += read > 0 ? read : throw new IOException("The server has closed the connection.");
        }
    }
}
