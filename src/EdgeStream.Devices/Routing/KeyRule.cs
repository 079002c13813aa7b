using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Devices;

/// <summary>Where a record's partition key comes from.</summary>
internal sealed class KeyRule
{
    private const int SegmentIndexMax = 127;
    private const int KeySizeBytesMax = 65_535;

    private readonly Kind _kind;
    private readonly int _segment;
    private readonly byte[] _constant = [];
    private readonly JsonPath? _path;
    private readonly TextTemplate? _template;

    private KeyRule(
        Kind kind, int segment = 0, byte[]? constant = null, JsonPath? path = null, TextTemplate? template = null)
    {
        _template = template;
        _kind = kind;
        _segment = segment;
        _constant = constant ?? [];
        _path = path;
    }

    /// <summary>Whether the device is the key.</summary>
    internal bool IsDevice => _kind == Kind.Device;

    private enum Kind
    {
        Topic,
        ClientId,
        Segment,
        Field,
        Constant,
        Device,
        Template,
    }

    /// <summary>Reads the configuration's words.</summary>
    internal static bool TryParse(string text, TopicPattern pattern, out KeyRule? rule, out string problem)
    {
        var colon = text.IndexOf(':');
        var word = colon < 0 ? text : text[..colon];
        var argument = colon < 0 ? "" : text[(colon + 1)..];
        problem = "";
        rule = null;
        switch (word)
        {
            case "topic" when colon < 0:
                rule = new KeyRule(Kind.Topic);
                break;
            case "client-id" when colon < 0:
                rule = new KeyRule(Kind.ClientId);
                break;
            case "segment":
                if (int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out var segment)
                    && segment <= SegmentIndexMax)
                {
                    rule = new KeyRule(Kind.Segment, segment);
                    break;
                }

                problem = $"'{text}' names no topic level; write 'segment:0' for the first, "
                    + $"up to 'segment:{SegmentIndexMax}'";
                break;
            case "field":
                rule = JsonPath.TryParse(argument, out var path, out problem)
                    ? new KeyRule(Kind.Field, path: path)
                    : null;
                break;
            case "constant" when argument.Length > 0:
                rule = new KeyRule(Kind.Constant, constant: Encoding.UTF8.GetBytes(argument));
                break;
            case "device" when colon < 0:
                rule = new KeyRule(Kind.Device);
                break;
            case not "constant" when text.Contains('{'):
                rule = TextTemplate.TryParse(text, pattern, out var template, out problem)
                    ? new KeyRule(Kind.Template, template: template)
                    : null;
                break;
            default:
                problem = $"'{text}' is no partition key; allowed are topic, client-id, device, segment:<n>, "
                    + "field:<path>, constant:<text> and a text with captures such as '{site}-{device}'";
                break;
        }

        return rule is not null;
    }

    /// <summary>Makes the key of one record; on false <paramref name="problem"/> says what is missing.</summary>
    internal bool TryGetKey(
        ReadOnlySpan<byte> device,
        ReadOnlySpan<byte> topic,
        string? clientId,
        ReadOnlySpan<byte> data,
        IngestScratch scratch,
        out ReadOnlySpan<byte> key,
        out string problem)
    {
        problem = "";
        key = _kind switch
        {
            Kind.Topic => topic,
            Kind.Constant => _constant,
            Kind.Segment => TopicPattern.Level(topic, _segment),
            Kind.Device => device,
            Kind.Template => Render(topic, clientId, scratch),
            Kind.ClientId => ClientId(clientId, scratch),
            _ => Field(data, _path!, scratch),
        };
        if (!key.IsEmpty && key.Length <= KeySizeBytesMax)
        {
            return true;
        }

        problem = DescribeProblem(key.Length);
        return false;
    }

    private ReadOnlySpan<byte> Render(ReadOnlySpan<byte> topic, string? clientId, IngestScratch scratch)
    {
        scratch.Text.Clear();
        _template!.AddTo(scratch.Text, topic, clientId, isEscaped: false);
        return scratch.Text.All;
    }

    private static ReadOnlySpan<byte> ClientId(string? clientId, IngestScratch scratch)
    {
        if (string.IsNullOrEmpty(clientId))
        {
            return default;
        }

        var room = scratch.Key(Encoding.UTF8.GetMaxByteCount(clientId.Length));
        return room[..Encoding.UTF8.GetBytes(clientId, room)];
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> data, JsonPath path, IngestScratch scratch)
    {
        if (!path.TryFind(data, out var reader))
        {
            return default;
        }

        switch (reader.TokenType)
        {
            case JsonTokenType.String when !reader.ValueIsEscaped:
            case JsonTokenType.Number:
            case JsonTokenType.True:
            case JsonTokenType.False:
                return reader.ValueSpan;
            case JsonTokenType.String:
                var room = scratch.Key(reader.ValueSpan.Length);
                return TryCopyString(ref reader, room, out var length) ? room[..length] : default;
            default:
                return default;
        }
    }

    /// <summary>False when an escape sequence is half of a surrogate pair, which is no character.</summary>
    private static bool TryCopyString(ref Utf8JsonReader reader, Span<byte> room, out int length)
    {
        try
        {
            length = reader.CopyString(room);
            return true;
        }
        catch (InvalidOperationException)
        {
            // The only sign that the reader gives of an escape that stands for nothing.
            length = 0;
            return false;
        }
    }

    private string DescribeProblem(int sizeBytes) => _kind switch
    {
        _ when sizeBytes > KeySizeBytesMax =>
            $"the partition key is {sizeBytes} bytes long, over {KeySizeBytesMax}. Choose another key for the route",
        Kind.Segment => $"the topic has no level {_segment} (counted from 0) to use as the partition key, or it is "
            + "empty. Use a smaller segment:<n>, or key: topic",
        Kind.ClientId => "the message has no client id to use as the partition key. Use key: topic for this route",
        Kind.Device => "nothing names the device, which is to be the partition key. Set 'device' of the route, or use "
            + "key: topic",
        Kind.Template => "the text that is to be the partition key is empty for this topic. Use key: topic",
        Kind.Field => $"the payload has no text, number or boolean at '{_path!.Text}' to use as the partition key. "
            + "Correct the path in key: field:<path>, or use key: topic",
        _ => "the topic is empty and cannot be the partition key. Publish to a topic",
    };
}
