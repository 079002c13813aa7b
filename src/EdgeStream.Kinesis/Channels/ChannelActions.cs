using System.Security.Cryptography;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Channels: deliveries of a stream to a bucket, made by the Data Streams API.</summary>
internal static class ChannelActions
{
    private const string ListKind = "channels";
    private const int ListedMax = 100;
    private const int IdLength = 16;
    private const string ArnMark = "channel/";

    internal static async ValueTask CreateAsync(ActionCall call)
    {
        var firehose = call.Firehose;
        var request = RequestPart.Of(call.Request);
        var name = request.Text("ChannelName")!;
        if (firehose.FindChannel(name) is not null)
        {
            throw Exists(call, name);
        }

        var (stream, format) = SourceOf(call, request);
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        var record = new DeliveryStreamRecord
        {
            Name = ChannelSettings.NameOf(id),
            Id = "",
            CreatedAt = default,
            Source = stream.Name,
            Tags = TagText.Check(call.Request.Pairs("Tags"), name, call.Account),
            Destination = ChannelReader.Read(request, name, id, stream, format),
        };
        await firehose.CreateAsync(record, call.Account).ConfigureAwait(false);
        ChannelWriter.WriteDescription(call, Find(call, name));
    }

    internal static async ValueTask DeleteAsync(ActionCall call) =>
        await call.Firehose.DeleteAsync(Find(call), isForced: true).ConfigureAwait(false);

    internal static ValueTask DescribeAsync(ActionCall call)
    {
        ChannelWriter.WriteDescription(call, Find(call));
        return default;
    }

    internal static async ValueTask UpdateAsync(ActionCall call)
    {
        var channel = Find(call);
        var request = RequestPart.Of(call.Request);
        await call.Firehose
            .UpdateAsync(channel, null, old => ChannelReader.Apply((ChannelSettings)old, request))
            .ConfigureAwait(false);
        ChannelWriter.WriteDescription(call, channel);
    }

    internal static ValueTask ListAsync(ActionCall call)
    {
        var limit = Math.Min(call.Request.Integer("MaxResults") ?? ListedMax, ListedMax);
        var after = call.Request.Text("NextToken") is { } token
            ? PageToken.Read(call, token, ListKind, "").Last
            : null;
        var streams = FilterOf(call);
        var listed = new List<DeliveryStream>();
        foreach (var channel in call.Firehose.Channels)
        {
            var name = ((ChannelSettings)channel.Record.Destination).ChannelName;
            if ((after is null || string.CompareOrdinal(name, after) > 0)
                && (streams is null || streams.Contains(channel.Record.StreamName)))
            {
                listed.Add(channel);
            }
        }

        var next = listed.Count > limit
            ? PageToken.Write(
                call, ListKind, "", ((ChannelSettings)listed[limit - 1].Record.Destination).ChannelName)
            : null;
        ChannelWriter.WriteSummaries(call, listed[..Math.Min(limit, listed.Count)], next);
        return default;
    }

    /// <summary>The name of a channel.</summary>
    internal static string ArnOf(KinesisNames names, string name) =>
        $"arn:aws:kinesis:{names.Region}:{names.Account}:{ArnMark}{name}";

    /// <summary>What is said of a name that is taken.</summary>
    internal static ApiException Exists(string name, string account) =>
        ApiException.InUse($"Channel {name} under account {account} already exists.");

    private static ApiException Exists(ActionCall call, string name) => Exists(name, call.Account);

    private static DeliveryStream Find(ActionCall call)
    {
        var arn = call.Request.Text("ChannelARN")!;
        var name = arn[(arn.IndexOf(ArnMark, StringComparison.Ordinal) + ArnMark.Length)..];
        return arn == ArnOf(call.Service.Names, name) ? Find(call, name) : throw NotFound(call, arn);
    }

    private static DeliveryStream Find(ActionCall call, string name) =>
        call.Firehose.FindChannel(name) ?? throw NotFound(call, name);

    private static ApiException NotFound(ActionCall call, string name) =>
        ApiException.NotFound($"Channel {name} under account {call.Account} not found.");

    /// <summary>The one source, and what its records are.</summary>
    private static (DataStream Stream, string Format) SourceOf(ActionCall call, RequestPart request)
    {
        if (request.Parts("StreamConfigurationList") is not [var source])
        {
            throw ApiException.InvalidArgument("StreamConfigurationList must have exactly one stream.");
        }

        var stream = call.Stream(call.NameOf(source.Text("StreamARN")!));
        var format = source.Part("RecordConfiguration")!.Value.Text("RecordFormatType")!;
        return stream.Attributes.Mode != StreamMode.OnDemand
            ? throw ApiException.Validation(
                $"Request is invalid. Stream {stream.Name} under account {call.Account} is in Provisioned mode.")
            : format == "GSR_JSON"
                ? throw ApiException.InvalidArgument(
                    "RecordFormatType GSR_JSON is for streaming tables alone; JSON, STRING and BYTE_ARRAY are for "
                        + "buckets.")
                : (stream, format);
    }

    /// <summary>The streams whose channels are listed; null for all.</summary>
    private static HashSet<string>? FilterOf(ActionCall call)
    {
        if (!call.Request.Has("StreamFilter"))
        {
            return null;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var filter in RequestPart.Of(call.Request).Parts("StreamFilter"))
        {
            if (call.Service.Names.TryParseStream(filter.Text("StreamARN")!, out var name))
            {
                names.Add(name);
            }
        }

        return names;
    }
}
