using EdgeStream.Devices;
using static EdgeStream.Gateway.Config.SchemaScalar;

namespace EdgeStream.Gateway.Config;

/// <summary>Every key of the configuration file: its name, type, default, range and meaning, in one place.</summary>
/// <remarks>Names and defaults are a promise to everyone who has a file: a test compares them with a committed
/// list.</remarks>
internal static class ConfigKeys
{
    /// <summary>The gateway itself.</summary>
    public static class Node
    {
        public static readonly SchemaScalar Id = Text("id", null,
            "The gateway's name, in its status and as the device id of its own sensors. Default: the host name.",
            Names.Id);
        public static readonly SchemaScalar DataFolder = Text("dataFolder", null,
            "Where everything is stored. Default: $STATE_DIRECTORY, else /var/lib/edgestream if writable, else "
                + "./edgestream-data.",
            Names.Folder);
        public static readonly SchemaSection Section = new("node", "The gateway itself.", Id, DataFolder);
    }

    /// <summary>Logging.</summary>
    public static class Logs
    {
        public static readonly SchemaScalar Level = Choice("level", "info",
            "The least important lines that are still written.", "trace", "debug", "info", "warning", "error");
        public static readonly SchemaSection Section = new("log", "What is written to standard error.", Level);
    }

    /// <summary>Dashboard and REST API.</summary>
    public static class Http
    {
        public static readonly SchemaScalar Address = Text("address", "127.0.0.1",
            "The address to listen on; 0.0.0.0 is every one. There is no authentication yet: anyone who reaches it "
                + "may read and write.",
            Names.Address);
        public static readonly SchemaScalar Port = Integer("port", 8080, 0, 65535,
            "The TCP port of the dashboard and the API; 0 picks a free one.");
        public static readonly SchemaScalar Hosts = Text("hosts", "",
            "Further names, with commas in between, under which browsers may reach the gateway. IP addresses, "
                + "localhost, the host name, node.id and both with .local always count.",
            Names.Hosts);
        public static readonly SchemaSection Section =
            new("http", "Dashboard, REST API, /health and /metrics.", Address, Port, Hosts);
    }

    /// <summary>Readings that the gateway makes itself.</summary>
    public static class Sensors
    {
        public static readonly SchemaScalar BoardEnabled = SchemaScalar.Boolean("enabled", true,
            "Whether the board reads its own sensors.");
        public static readonly SchemaScalar BoardPeriod = Duration("period", "2s", "100ms", "1d",
            "The time between two readings.");
        public static readonly SchemaScalar BoardDevice = Text("device", null,
            "The device id, which is the partition key of its readings. Default: node.id.", Names.Id);
        public static readonly SchemaScalar BoardStream = Text("stream", StreamNames.Readings,
            "The stream that takes the readings.", Names.Stream);
        public static readonly SchemaSection Board = new("board",
            "The board as its own first device: temperatures, load, memory, disk and network.",
            BoardEnabled, BoardPeriod, BoardDevice, BoardStream);
        public static readonly SchemaScalar SimulatedEnabled = SchemaScalar.Boolean("enabled", false,
            "Whether simulated sensors run; --demo switches them on. Their readings say \"simulated\":true.");
        public static readonly SchemaScalar SimulatedPeriod = Duration("period", "1s", "100ms", "1d",
            "The time between two readings.");
        public static readonly SchemaSection Simulated = new("simulated",
            "Made-up sensors for a first look and for tests.", SimulatedEnabled, SimulatedPeriod);
        public static readonly SchemaSection Section =
            new("sensors", "What the gateway reads itself.", Board, Simulated);
    }

    /// <summary>One stream.</summary>
    public static class Streams
    {
        public static readonly SchemaScalar Name = RequiredText("name",
            "The stream's name: letters, digits, '_', '.' and '-'.", Names.Stream);
        public static readonly SchemaScalar Shards = Integer("shards", 1, 1, 64,
            "How many shards share the keys. Fixed once the stream exists.");
        public static readonly SchemaScalar RetentionAge = Duration("retentionAge", "7d", "1m", "365d",
            "Records older than this are evicted.");
        public static readonly SchemaScalar RetentionBytes = Size("retentionBytes", "1GiB", "128KiB", "64TiB",
            "About how many bytes the stream keeps, never less than two segments a shard.");
        public static readonly SchemaScalar Durability = Text("durability", "fsync",
            "What an acknowledgement means: fsync (on the device), interval:<ms> (synced that often) or os (the "
                + "kernel has it).",
            Names.Durability);
        public static readonly SchemaScalar SegmentSize = Size("segmentSize", "64MiB", "64KiB", "1GiB",
            "The size of one segment file, which is reserved in advance.");
        public static readonly SchemaScalar Priority = Choice("priority", "normal",
            "Whose records stay when the room for all streams is used up. Streams of high priority may use the "
                + "reserve; alerts and dead-letter are high.",
            "low", "normal", "high");
        public static readonly SchemaScalar WhenFull = Choice("whenFull", "reject",
            "What the stream does then: reject new records, or drop-oldest, which gives up its oldest segments, "
                + "for itself and for streams of the same or a higher priority. alerts and dead-letter drop.",
            "reject", "drop-oldest");
        public static readonly SchemaScalar ProtectUndelivered = SchemaScalar.Boolean("protectUndelivered", true,
            "Whether records stay, whatever the limits, until every delivery that protects them has delivered them.");
        public static readonly SchemaScalar Compression = Choice("compression", "none",
            "Whether full segments are compressed in the background: none, auto (Zstandard where libzstd is installed, "
                + "Brotli otherwise) or brotli.",
            "none", "auto", "brotli");
        public static readonly SchemaScalar Deduplication = SchemaScalar.Boolean("deduplication", false,
            "Whether a record that its producer sends again, by its id and number, is recognised and not stored "
                + "again.");
        public static readonly SchemaScalar DeduplicationProducers = Integer("deduplicationProducers", 256, 1, 1000,
            "How many producers each shard remembers; the one longest unheard of is forgotten.");
        public static readonly SchemaList List = new("streams",
            "Streams beside readings, alerts and dead-letter, which are always there; an entry with one of their "
                + "names changes it.",
            256, Name, Shards, RetentionAge, RetentionBytes, Durability, SegmentSize, Priority,
            WhenFull, ProtectUndelivered, Compression, Deduplication, DeduplicationProducers);
    }

    /// <summary>The disk that all streams share.</summary>
    public static class Storage
    {
        public static readonly SchemaScalar Budget = Size("budget", null, "1MiB", "64TiB",
            "How many bytes the files of all streams may take together. Default: nine tenths of what they take and "
                + "the file system has free.");
        public static readonly SchemaScalar Reserve = Size("reserve", null, "0", "1TiB",
            "How many bytes are held back for the gateway's own state and for streams of high priority. Default: "
                + "32MiB, at most a twentieth of the file system.");
        public static readonly SchemaScalar ScrubRate = Size("scrubRate", "1MiB", "0", "1GiB",
            "How many bytes of old segments are read a second, over all streams, to find what the disk has lost; 0 "
                + "checks nothing.");
        public static readonly SchemaScalar Endurance = Size("endurance", null, "1GB", "900TB",
            "How many bytes the card or disk may be written in its life, as its maker says; shows how long it lasts.");
        public static readonly SchemaSection Section =
            new("storage", "The disk that all streams share.", Budget, Reserve, ScrubRate, Endurance,
                EncryptionKeys.Section);
    }

    /// <summary>One route.</summary>
    public static class Routes
    {
        public static readonly SchemaScalar Topic = Text("topic", null,
            "An MQTT topic filter, with + and #; {name} captures a level. The first route that matches takes the "
                + "message. Default: the preset's topics.");
        public static readonly SchemaScalar Preset = Choice("preset", null,
            "The dialect of common devices, with their usual topics, key: device and time: dialect.",
            [.. RoutePreset.All.Select(preset => preset.Name)]);
        public static readonly SchemaScalar Stream = Text("stream", null,
            "The stream that takes the records. With a preset the default is readings.", Names.Stream);
        public static readonly SchemaScalar Key = Text("key", "topic",
            "The partition key: topic, client-id, device, segment:<n> (a level of the topic, from 0), field:<path>, "
                + "constant:<text>, or a text with captures. Default with a dialect: device.");
        public static readonly SchemaScalar Time = Text("time", "arrival",
            "The time of the reading: arrival, dialect (where the dialect has it), or field:<path> with ISO 8601 text "
                + "or Unix seconds, milliseconds or microseconds. Default with a dialect: dialect.");
        public static readonly SchemaScalar DeviceTime = Choice("deviceTime", "trust",
            "What becomes of the times of a device whose own clock is off by more than 5 seconds: they count (trust), "
                + "are moved by what it is off (correct), or are replaced by the arrival time (arrival).",
            "trust", "correct", "arrival");
        public static readonly SchemaScalar Counter = Text("counter", "",
            "Where a record has the number that its device gave it, as field:<path>: missing and repeated ones are "
                + "counted.");
        public static readonly SchemaScalar Zone = Text("zone", "",
            "The time zone of devices that state local times without one, such as Europe/Berlin.");
        public static readonly SchemaScalar Decoder = Choice("decoder", "auto",
            "Without a dialect, what a payload may be: a JSON object, a bare number, or either (auto). Anything else "
                + "goes to dead-letter.",
            "auto", "json", "number");
        public static readonly SchemaScalar Dialect = Choice("dialect", null,
            "How the devices write, so that each reading of theirs becomes a member of a record.",
            [.. RouteDefinition.Dialects]);
        public static readonly SchemaScalar Device = Text("device", "",
            "The device, as a text with captures, or field:<path> for the dialect json. Default: the capture {device}, "
                + "else what the dialect says, else the topic.");
        public static readonly SchemaScalar Records = Choice("records", "device",
            "What a record holds: all readings of one device and time, or one reading.", "device", "reading");
        public static readonly SchemaScalar Tags = Texts("tags",
            "Text members that each record gets, as a list of name=text, with captures.");
        public static readonly SchemaScalar Fields = Texts("fields",
            "What json, csv and binary read, as a list of 'name (unit) = place': a path, nothing, or a place in "
                + "bytes.");
        public static readonly SchemaScalar Each = Text("each", "",
            "The path of an array whose items the dialect json reads one by one.");
        public static readonly SchemaList List = new("routes",
            "Which MQTT message goes to which stream. A list here replaces the default, which sends everything to "
                + "readings.",
            256, Topic, Preset, Stream, Key, Time, DeviceTime, Counter, Zone, Decoder, Dialect, Device, Records, Tags,
            Fields, Each);
    }

    /// <summary>The whole file.</summary>
    public static readonly SchemaSection Root = new("", "The gateway's configuration.",
        Node.Section, Logs.Section, Http.Section, MqttKeys.Section, KinesisKeys.Section, FirehoseKeys.Section,
        Sensors.Section,
        Storage.Section, Streams.List, LinkKeys.Sources, Routes.List, DevicesKeys.Section, RuleKeys.List,
        AlertingKeys.Section, QueryKeys.List, DeliverySchema.List);
}
