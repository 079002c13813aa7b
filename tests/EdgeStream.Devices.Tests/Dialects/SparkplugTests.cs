using EdgeStream.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Devices.Tests;

/// <summary>Payloads that the JavaScript library sparkplug-payload 1.0.3 of the Eclipse Tahu project has
/// encoded.</summary>
public class SparkplugTests
{
    private const string NodeBirth =
        "08988c94caca3312120a05626453657118988c94caca332008580712210a144e6f646520436f6e74726f6c2f5265626972746818988c94"
        + "caca33200b700012300a0950756d702f466c6f77100118988c94caca3320094a130a07656e67556e69741208080c42046d332f686500"
        + "004841121d0a0a50756d702f4c6576656c100218988c94caca33200250fdffffff0f1800";

    private const string DeviceBirth =
        "08988c94caca3312210a0b74656d7065726174757265100a18988c94caca33200a69000000000040354012180a057374617465100b1898"
        + "8c94caca33200c7a0469646c6512180a05636f756e74100c18988c94caca3320035090ddfbff0f12160a03726177100d18988c94caca"
        + "3320118201030102ff1801";

    private const string DeviceData =
        "08809494caca331214100a18809494caca33200a6900000000008036401211100c18809494caca33200350ffffffff0f1216100a18b8b7"
        + "90caca33200a28016900000000008033401802";

    private const string DeviceText = "08e89b94caca331210100b18e89b94caca33200c7a0372756e1803";
    private const string DeviceGap = "08e89b94caca331214100a18e89b94caca33200a6900000000008037401809";
    private const string NodeData =
        "08d0a394caca331210100118d0a394caca3320096500005841120d100218d0a394caca33200238011804";

    private const string NodeDeath = "08c0d294caca3312120a05626453657118988c94caca3320085807";
    private const string StaleDeath = "08c0d294caca3312120a05626453657118988c94caca3320085806";

    private readonly Commands _commands = new();
    private readonly DialectUnderTest _dialect;

    public SparkplugTests() => _dialect = new DialectUnderTest(
        DialectUnderTest.Route("sparkplug"),
        new DialectMemory(null, _commands, NullLogger<DialectMemory>.Instance));

    [Fact]
    public void A_birth_names_metrics_with_types_and_units() => Assert.Equal(
        [
            "plant/edge @ 2026-03-01T11:59:59.000Z device: {\"online\":true,\"bdSeq\":7,"
                + "\"Node Control/Rebirth\":false,\"Pump/Flow\":12.5,\"Pump/Level\":-3,"
                + "\"units\":{\"Pump/Flow\":\"m3/h\"}}",
        ],
        Read("NBIRTH/edge", NodeBirth));

    [Fact]
    public void Data_is_read_by_the_aliases_of_its_birth()
    {
        Read("NBIRTH/edge", NodeBirth);
        Assert.Equal(
            [
                "plant/edge/d1 @ 2026-03-01T11:59:59.000Z device: {\"online\":true,\"temperature\":21.25,"
                    + "\"state\":\"idle\",\"count\":-70000,\"raw\":\"AQL/\"}",
            ],
            Read("DBIRTH/edge/d1", DeviceBirth));
        Assert.Equal(
            [
                "plant/edge/d1 @ 2026-03-01T12:00:00.000Z device: {\"temperature\":22.5,\"count\":-1}",
                "plant/edge/d1 @ 2026-03-01T11:58:59.000Z device: {\"temperature\":19.5,\"historical\":true}",
            ],
            Read("DDATA/edge/d1", DeviceData));
        Read("DDATA/edge/d1", DeviceText);
        Assert.Equal(
            [
                "plant/edge @ 2026-03-01T12:00:02.000Z device: {\"Pump/Flow\":13.5,\"Pump/Level\":null,"
                    + "\"units\":{\"Pump/Flow\":\"m3/h\"}}",
            ],
            Read("NDATA/edge", NodeData));
        Assert.Empty(_commands.Sent);
    }

    [Fact]
    public void A_missing_number_has_the_node_asked_for_its_births_once()
    {
        Read("NBIRTH/edge", NodeBirth);
        Read("DBIRTH/edge/d1", DeviceBirth);
        Assert.Single(Read("DDATA/edge/d1", DeviceGap));
        Read("DDATA/edge/d1", DeviceGap);
        Read("DDATA/edge/d1", DeviceText);
        var (client, topic, payload) = Assert.Single(_commands.Sent);
        Assert.Equal(("client-1", "spBv1.0/plant/NCMD/edge"), (client, topic));
        Assert.Equal(
            [
                "plant/edge @ 2026-03-01T12:00:00.000Z device: {\"command_Node Control/Rebirth\":true}",
            ],
            _dialect.Read(topic, payload));
        Read("DDATA/edge/d1", DeviceGap, DialectUnderTest.Now.UnixMicroseconds + 30_000_000);
        Assert.Equal(2, _commands.Sent.Count);
    }

    [Fact]
    public void Data_whose_names_nobody_told_is_put_aside_and_asked_for()
    {
        Assert.Contains(
            "nobody has named the metric with the alias 10",
            Refuse("DDATA/edge/d1", Convert.FromHexString(DeviceData)));
        Assert.Single(_commands.Sent);
    }

    [Fact]
    public async Task Births_outlive_a_restart_of_the_gateway_and_go_with_a_new_session()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using (var pipeline = folder.Pipeline(Memory(folder), DialectUnderTest.Route("sparkplug")))
        {
            await Ingest(pipeline, "spBv1.0/plant/NBIRTH/edge"u8, NodeBirth);
            await Ingest(pipeline, "spBv1.0/plant/DBIRTH/edge/d1"u8, DeviceBirth);
        }

        await folder.ReopenAsync();
        await using (var pipeline = folder.Pipeline(Memory(folder), DialectUnderTest.Route("sparkplug")))
        {
            Assert.Equal(IngestOutcome.Accepted, await Ingest(pipeline, "spBv1.0/plant/DDATA/edge/d1"u8, DeviceData));
            Assert.Equal("{\"temperature\":22.5,\"count\":-1}", folder.Read("readings")[^2].Data);
            Assert.Equal("plant/edge/d1", folder.Read("readings")[^1].Key);
            await Ingest(pipeline, "spBv1.0/plant/NBIRTH/edge"u8, NodeBirth);
        }

        await folder.ReopenAsync();
        await using var last = folder.Pipeline(Memory(folder), DialectUnderTest.Route("sparkplug"));
        Assert.Equal(IngestOutcome.DeadLettered, await Ingest(last, "spBv1.0/plant/DDATA/edge/d1"u8, DeviceData));
    }

    [Fact]
    public void A_death_says_so_of_the_node_and_its_devices()
    {
        Read("NBIRTH/edge", NodeBirth);
        Read("DBIRTH/edge/d1", DeviceBirth);
        Assert.Equal(
            [
                "plant/edge @ 2026-03-01T11:59:59.000Z device: {\"bdSeq\":6}",
                "plant/edge @ 2026-03-01T12:00:08.000Z device: {\"staleDeath\":true}",
            ],
            Read("NDEATH/edge", StaleDeath));
        Assert.Equal(
            [
                "plant/edge @ 2026-03-01T11:59:59.000Z device: {\"bdSeq\":7}",
                "plant/edge @ 2026-03-01T12:00:08.000Z device: {\"online\":false}",
                "plant/edge/d1 @ 2026-03-01T12:00:08.000Z device: {\"online\":false}",
            ],
            Read("NDEATH/edge", NodeDeath));
    }

    [Theory]
    [InlineData("{\"online\":true,\"timestamp\":1772366399000}", "{\"online\":true,\"timestamp\":1772366399000}")]
    [InlineData("OFFLINE", "{\"online\":false}")]
    public void The_state_of_a_host_is_read(string payload, string data) => Assert.Equal(
        [$"STATE/scada @ - arrival: {data}"], _dialect.Read("spBv1.0/STATE/scada", payload));

    [Fact]
    public void What_is_not_understood_is_told()
    {
        Assert.Contains("no Sparkplug B message from byte 0", Refuse("NDATA/edge", [0xFF]));
        Assert.Contains("the topic is none of Sparkplug B", Refuse("NWHAT/edge", []));
        Assert.Contains("the topic is none of Sparkplug B", Refuse("DDATA/edge", []));
        Assert.Contains(
            "SPBV1.0_COMPRESSED", Refuse("NDATA/edge", [0x22, 18, .. "SPBV1.0_COMPRESSED"u8]));
    }

    [Fact]
    public void The_bytes_of_a_kept_birth_stay_as_they_are()
    {
        var birth = new SparkplugBirth(
        [
            new SparkplugKnown(10, "t"u8.ToArray(), SparkplugType.Double, "Cel"u8.ToArray()),
            new SparkplugKnown(null, "on"u8.ToArray(), SparkplugType.Boolean, []),
        ]);
        var bytes = SparkplugBirthFormat.Write(birth, 7);
        Assert.Equal(
            "010700000000000000020000000A000000000000000A000000010003007443656CFFFFFFFFFFFFFFFF0B000000020000006F6E",
            Convert.ToHexString(bytes));
        Assert.True(SparkplugBirthFormat.TryRead(bytes, out var read, out var sequence));
        Assert.Equal(7UL, sequence);
        Assert.Equal(2, read!.Metrics.Count);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(SparkplugBirthFormat.TryRead(bytes.AsSpan(0, length), out _, out _));
        }
    }

    private static DialectMemory Memory(StreamFolder folder) =>
        new(folder.Store.State, null, NullLogger<DialectMemory>.Instance);

    private static ValueTask<IngestOutcome> Ingest(IngestPipeline pipeline, ReadOnlySpan<byte> topic, string hex) =>
        pipeline.Ingest(DeviceSource.Mqtt, null, topic, Convert.FromHexString(hex)).CompleteAsync();

    private string[] Read(string place, string hex, long? now = null) => _dialect.Read(
        $"spBv1.0/plant/{place}", Convert.FromHexString(hex), now is { } time ? new Timestamp(time) : null);

    private string Refuse(string place, ReadOnlySpan<byte> payload) =>
        _dialect.Refuse($"spBv1.0/plant/{place}", payload);

    private sealed class Commands : IDeviceCommands
    {
        internal List<(string? Client, string Topic, byte[] Payload)> Sent { get; } = [];

        public void Send(string? clientId, string topic, ReadOnlyMemory<byte> payload) =>
            Sent.Add((clientId, topic, payload.ToArray()));
    }
}
