using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary>Where a read of a stream goes on: one position a shard.</summary>
/// <remarks>
/// As text: <c>trim-horizon</c>, <c>latest</c>, a sequence number, an ISO 8601 time, or the token of an earlier answer,
/// which is <c>~</c> and, joined by <c>~</c>, one <c>shard index-next sequence number</c> for each shard; an index is
/// the number in the shard's id. Clients treat the token as opaque.
/// </remarks>
internal static class RecordCursor
{
    private const char TokenMark = '~';
    private const string Hint = "Allowed: trim-horizon, latest, a sequence number, an ISO 8601 time, or the 'next' of "
        + "an answer.";

    /// <summary>The start positions of the shards that are to be read.</summary>
    /// <exception cref="ApiException">The text is none of the allowed forms.</exception>
    public static ShardPosition[] Parse(string from, IReadOnlyList<Shard> shards, IReadOnlyList<Shard> allShards)
    {
        if (from.StartsWith(TokenMark))
        {
            return ParseToken(from, shards, allShards);
        }

        var positions = new ShardPosition[shards.Count];
        Array.Fill(positions, ParsePlain(from, shards.Count));
        return positions;
    }

    /// <summary>The token after a read.</summary>
    public static string Format(IReadOnlyList<ShardReader> readers)
    {
        var text = new StringBuilder();
        foreach (var reader in readers)
        {
            text.Append(TokenMark).Append(
                CultureInfo.InvariantCulture, $"{reader.Shard.Index}-{reader.NextSequence}");
        }

        return text.ToString();
    }

    private static ShardPosition ParsePlain(string from, int shardCount)
    {
        if (from == "trim-horizon")
        {
            return ShardPosition.TrimHorizon;
        }

        if (from == "latest")
        {
            return ShardPosition.Latest;
        }

        if (long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return shardCount == 1
                ? ShardPosition.At(new SequenceNumber(sequence))
                : throw new ApiException(ApiError.Invalid(
                    "A sequence number belongs to one shard and the stream has several.", "Add shard=<id>."));
        }

        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, Styles, out var time)
            ? ShardPosition.AtTime(Timestamp.From(time))
            : throw new ApiException(ApiError.Invalid($"from={from} is no position.", Hint));
    }

    private static ShardPosition[] ParseToken(string token, IReadOnlyList<Shard> shards, IReadOnlyList<Shard> allShards)
    {
        // A shard that the token does not name was not read before: it starts at its oldest record. One that it names
        // and that is no longer there has expired.
        var positions = new ShardPosition[shards.Count];
        foreach (var part in token.Split(TokenMark, StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-');
            if (dash < 0
                || !int.TryParse(part.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                || !long.TryParse(
                    part.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
                || index > allShards[^1].Index)
            {
                throw new ApiException(ApiError.Invalid($"from={token} is no token of this stream.", Hint));
            }

            for (var at = 0; at < shards.Count; at++)
            {
                if (shards[at].Index == index)
                {
                    positions[at] = ShardPosition.At(new SequenceNumber(sequence));
                }
            }
        }

        return positions;
    }
}
