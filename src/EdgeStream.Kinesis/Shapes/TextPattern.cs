using System.Buffers;

namespace EdgeStream.Kinesis;

/// <summary>A pattern that a text must satisfy as a whole.</summary>
/// <param name="text">The regular expression as error messages print it.</param>
/// <param name="isMatch">Whether UTF-8 text satisfies it.</param>
internal sealed class TextPattern(string text, TextPattern.Match isMatch)
{
    private const int HashKeyDigitsMax = 39;
    private const int SequenceDigitsMax = 129;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"u8);

    /// <summary>Names of streams, shards and consumers.</summary>
    internal static readonly TextPattern Name = new(
        "[a-zA-Z0-9_.-]+", static value => !value.IsEmpty && !value.ContainsAnyExcept(NameBytes));

    /// <summary>A hash key in decimal.</summary>
    internal static readonly TextPattern HashKey = new(
        @"0|([1-9]\d{0,38})", static value => IsDecimal(value, HashKeyDigitsMax));

    /// <summary>A sequence number in decimal.</summary>
    internal static readonly TextPattern Sequence = new(
        @"0|([1-9]\d{0,128})", static value => IsDecimal(value, SequenceDigitsMax));

    /// <summary>The ARN of a stream.</summary>
    internal static readonly TextPattern StreamArn = new(
        @"arn:aws.*:kinesis:.*:\d{12}:stream/\S+", static value => ArnText.IsOfKinesis(value, ":stream/"u8));

    /// <summary>The ARN of a stream or a consumer; also that of a queue, which the text does not say yet.</summary>
    internal static readonly TextPattern ResourceArn = new(
        @"arn:aws.*:kinesis:.*:\d{12}:.*stream/\S+",
        static value => ArnText.IsOfKinesis(value, "stream/"u8) || ArnText.IsOfKinesis(value, ":queue/"u8));

    /// <summary>The ARN of a consumer.</summary>
    internal static readonly TextPattern ConsumerArn = new(
        @"^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+",
        static value => ArnText.IsOfKinesis(value, "stream/"u8) && ArnText.EndsAsConsumer(value));

    /// <summary>The service's own id of a stream.</summary>
    internal static readonly TextPattern StreamId = new("[a-z0-9]{20}-[a-z0-9]{3}", IsStreamId);

    /// <summary>Looks at UTF-8 text.</summary>
    internal delegate bool Match(ReadOnlySpan<byte> value);

    /// <summary>The regular expression as error messages print it.</summary>
    internal string Text => text;

    /// <summary>Whether the whole text satisfies the pattern.</summary>
    internal bool IsMatch(ReadOnlySpan<byte> value) => isMatch(value);

    private static bool IsDecimal(ReadOnlySpan<byte> value, int digitsMax) =>
        !value.IsEmpty
        && value.Length <= digitsMax
        && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && (value[0] != (byte)'0' || value.Length == 1);

    private static bool IsStreamId(ReadOnlySpan<byte> value)
    {
        const int Dash = 20;
        if (value.Length != Dash + 4 || value[Dash] != (byte)'-')
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (i != Dash && !char.IsAsciiLetterLower((char)value[i]) && !char.IsAsciiDigit((char)value[i]))
            {
                return false;
            }
        }

        return true;
    }
}
