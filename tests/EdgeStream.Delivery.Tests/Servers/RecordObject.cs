using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Delivery.Tests.Servers;

/// <summary>An object as the engine makes it, of records whose numbers begin with 1, and a destination that takes
/// it.</summary>
internal sealed class RecordObject : IDisposable
{
    public const string Delivery = "up";
    public const string Series = "0a1b2c3d-shardId-000000000000";

    /// <summary>When all of them arrived.</summary>
    public const string Arrival = "2026-01-01T00:00:01.000Z";

    private readonly IDestination _destination;
    private readonly DeliveryObject _item;

    /// <param name="options">The destination.</param>
    /// <param name="records">Keys and data; data that is no JSON goes as base64.</param>
    public RecordObject(DestinationOptions options, params (string Key, string Data)[] records)
        : this(options, true, records)
    {
    }

    public RecordObject(DestinationOptions options, bool canReject, params (string Key, string Data)[] records)
        : this(options, canReject, isHistorical: false, records)
    {
    }

    public RecordObject(
        DestinationOptions options, bool canReject, bool isHistorical, params (string Key, string Data)[] records)
        : this(
            options, canReject, isHistorical, _ => new DateTime(2026, 1, 1, 0, 0, 0, 500, DateTimeKind.Utc), records)
    {
    }

    /// <param name="options">The destination.</param>
    /// <param name="time">The time of the event by the record's place, from 0.</param>
    /// <param name="records">Keys and data.</param>
    public RecordObject(
        DestinationOptions options, Func<int, DateTime> time, params (string Key, string Data)[] records)
        : this(options, true, isHistorical: false, time, records)
    {
    }

    private RecordObject(
        DestinationOptions options, bool canReject, bool isHistorical, Func<int, DateTime> time,
        (string Key, string Data)[] records, string arrivalTime = Arrival)
    {
        Assert.Empty(options.Validate());
        _destination = options.Open(
            Delivery, WireMeter.Unlimited(TimeProvider.System), TimeProvider.System, NullLogger.Instance);
        var lines = new StringBuilder();
        for (var i = 0; i < records.Length; i++)
        {
            lines.Append(CultureInfo.InvariantCulture,
                $"{{\"stream\":\"readings\",\"shard\":\"shardId-000000000000\",\"sequence\":{i + 1},");
            lines.Append(CultureInfo.InvariantCulture, $"\"key\":\"{JsonEncodedText.Encode(records[i].Key)}\",");
            lines.Append(CultureInfo.InvariantCulture, $"\"eventTime\":\"{time(i):yyyy-MM-ddTHH:mm:ss.fffZ}\",");
            lines.Append(CultureInfo.InvariantCulture, $"\"arrivalTime\":\"{arrivalTime}\",");
            lines.Append(isHistorical ? "\"historical\":true," : "");
            lines.Append(IsJson(records[i].Data) ? $"\"data\":{records[i].Data}}}\n"
                : $"\"dataBase64\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(records[i].Data))}\"}}\n");
        }

        Records = new RecordProgress(canReject);
        _item = new DeliveryObject(
            $"2026/01/01/00/{Delivery}-{Series}-{1:D20}-{records.Length:D20}.jsonl", "application/x-ndjson",
            new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(lines.ToString())))
        {
            Records = Records,
        };
    }

    /// <summary>One whose records arrived at another time.</summary>
    public static RecordObject ArrivedAt(
        string arrivalTime, DestinationOptions options, params (string Key, string Data)[] records) =>
        new(options, true, isHistorical: false, _ => DateTime.UnixEpoch, records, arrivalTime);

    public RecordProgress Records { get; }

    /// <summary>The codes of what was put aside, by sequence numbers.</summary>
    public IReadOnlyDictionary<long, string> Rejected =>
        Records.Rejections.ToDictionary(rejection => rejection.Sequence, rejection => rejection.Cause.Code);

    /// <summary>The id of a record.</summary>
    public static string IdOf(long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{Delivery}-{Series}-{sequence:D20}");

    /// <summary>So many records of one key each, whose data is their number.</summary>
    public static (string Key, string Data)[] Numbers(int count, int keys = 1) =>
        [.. Enumerable.Range(1, count).Select(number => ($"key-{number % keys}", $$"""{"n":{{number}}}"""))];

    public async Task<SendResult> SendAsync() => await _destination.SendAsync(_item, default);

    public void Dispose() => _destination.Dispose();

    private static bool IsJson(string data)
    {
        try
        {
            using var document = JsonDocument.Parse(data);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
