using System.Globalization;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET /api/alerts/history?rule=&amp;key=&amp;from=&amp;to=&amp;limit=</c>: the alerts that stood in a
/// time, from the alerts stream, the newest first.</summary>
/// <remarks>Looks at the newest 100,000 records of a shard before <c>to</c> at most, and says so where there were
/// more.</remarks>
internal static class AlertHistoryEndpoint
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;
    private const int RecordsMax = 100_000;
    private const string Hint = "rule and key may end with *; from and to are times in ISO 8601; limit is 1 to 1000.";

    /// <summary>Answers the request.</summary>
    public static Task HandleAsync(HttpContext context, GatewayParts parts)
    {
        var query = context.Request.Query;
        var rule = query["rule"].FirstOrDefault();
        var key = query["key"].FirstOrDefault();
        var from = TimeOf(query["from"].FirstOrDefault(), "from");
        var to = TimeOf(query["to"].FirstOrDefault(), "to");
        var limit = LimitOf(query["limit"].FirstOrDefault());
        var list = new RaisedAlertList();
        var isCut = false;
        foreach (var shard in parts.Alerts.Shards)
        {
            isCut |= Read(shard, list, rule, key, to);
        }

        var found = list.Alerts.Where(raised => raised.Overlaps(from, to))
            .OrderByDescending(raised => raised.Fired.FiredAt.UnixMicroseconds).Take(limit).ToArray();
        return JsonReply.WriteAsync(context, StatusCodes.Status200OK, (found, isCut), static (writer, state) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("alerts");
            foreach (var raised in state.found)
            {
                AlertJson.Write(writer, raised.Resolved is { } over
                    ? raised.Fired with { State = over.State, ResolvedAt = over.ResolvedAt }
                    : raised.Fired);
            }

            writer.WriteEndArray();
            writer.WriteBoolean("complete", !state.isCut);
            writer.WriteEndObject();
        });
    }

    /// <summary>Reads one shard; whether older records were left out.</summary>
    private static bool Read(Shard shard, RaisedAlertList list, string? rule, string? key, Timestamp? to)
    {
        var newest = to is { } end
            ? shard.Resolve(ShardPosition.AtTime(new Timestamp(end.UnixMicroseconds + 1))).Previous
            : shard.NewestSequence;
        var first = Math.Max(shard.OldestSequence.Value, newest.Value - RecordsMax + 1);
        using var reader = shard.OpenReader(ShardPosition.At(new SequenceNumber(first)));
        while (reader.TryRead(out var record))
        {
            // The end of an alert that fired in the time may come behind it.
            if (AlertJson.TryRead(record.Data, out var alert)
                && TextPattern.Matches(rule, alert.Rule) && TextPattern.Matches(key, alert.Key)
                && (record.Sequence <= newest || alert.State == AlertState.Resolved))
            {
                list.Add(alert);
            }
        }

        return first > shard.OldestSequence.Value;
    }

    private static Timestamp? TimeOf(string? text, string name)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? Timestamp.From(time)
            : throw new ApiException(ApiError.Invalid($"{name}={text} is no time.", Hint));
    }

    private static int LimitOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return LimitDefault;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= LimitMax
                ? limit
                : throw new ApiException(ApiError.Invalid($"limit={text} is not allowed.", Hint));
    }
}
