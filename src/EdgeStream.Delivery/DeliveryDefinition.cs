using System.Text;

namespace EdgeStream.Delivery;

/// <summary>What is delivered where, in which pieces.</summary>
public sealed record DeliveryDefinition
{
    /// <summary>Smallest <see cref="BufferBytes"/>: 1 KiB.</summary>
    public const long BufferBytesMin = 1L << 10;

    /// <summary>Largest <see cref="BufferBytes"/>: 128 MiB.</summary>
    public const long BufferBytesMax = 128L << 20;

    /// <summary>Largest <see cref="BufferSeconds"/>: a quarter of an hour.</summary>
    public const int BufferSecondsMax = 900;

    /// <summary>How long <see cref="Delimiter"/> may be, in bytes of UTF-8.</summary>
    public const int DelimiterBytesMax = 4;

    /// <summary>What a gateway calls its <see cref="ErrorStream"/>.</summary>
    public const string ErrorStreamDefault = "delivery-errors";

    /// <summary>What the titles of deliveries that the API has made begin with.</summary>
    internal const string ApiTitlePrefix = "firehose:";

    /// <summary>What the keys of their ledgers begin with.</summary>
    internal const string ApiLedgerPrefix = "firehose-deliveries/";

    /// <summary>What the keys of the other ledgers begin with.</summary>
    internal const string ConfiguredLedgerPrefix = "deliveries/";

    private const int NameLengthMax = 64;
    private const int PrefixBytesMax = 512;

    /// <summary>
    /// The name, unique among deliveries: 1 to 64 letters, digits, <c>_</c>, <c>.</c> or <c>-</c>, not only dots.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The stream that is delivered.</summary>
    public required string Stream { get; init; }

    /// <summary>Where the objects go.</summary>
    public required DestinationOptions Destination { get; init; }

    /// <summary>
    /// What object names start with, folders separated by <c>/</c>; empty for nothing. At most 512 bytes.
    /// </summary>
    /// <remarks>With expressions it is a <see cref="PrefixTemplate"/>, to which the hour is added only where it has no
    /// time. <c>!{partitionKeyFromQuery:path}</c> is a value of the data: the records of a batch then go into one
    /// object for each of the values.</remarks>
    public string Prefix { get; init; } = "";

    /// <summary>A batch is closed before its lines, uncompressed, exceed this. 1 KiB to 128 MiB.</summary>
    /// <remarks>A single record whose line is longer goes alone. Memory per shard is at most about this.</remarks>
    public long BufferBytes { get; init; } = 5L << 20;

    /// <summary>A batch is closed this long after its first record arrived. 0 to 900 seconds.</summary>
    public int BufferSeconds { get; init; } = 60;

    /// <summary>
    /// How objects are named; null for the gateway's own names, which begin with <see cref="Prefix"/>.
    /// </summary>
    public ObjectNaming? Naming { get; init; }

    /// <summary>How records stand in objects.</summary>
    public RecordFormat Format { get; init; }

    /// <summary>What follows each record in the raw format: at most 4 bytes of UTF-8, empty for nothing. In CSV a line
    /// feed, alone or behind a carriage return; empty for a line feed.</summary>
    public string Delimiter { get; init; } = "";

    /// <summary>The columns of the CSV and Parquet formats. Without any, those of Parquet are discovered: the record's
    /// own, and a column for each member of the data, members of objects by names with dots.</summary>
    /// <remarks>Discovered numbers are doubles, texts, arrays and what else is found are strings. A column stays what
    /// it is; what is new later stands in later objects. At most 256 columns.</remarks>
    public ColumnList Columns { get; init; } = ColumnList.Empty;

    /// <summary>Whether CSV begins with a line of the columns' names.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Who has made the delivery.</summary>
    public DeliveryOrigin Origin { get; init; }

    /// <summary>The name in status, metrics and health: <c>firehose:</c> and the name, where the API has made it.
    /// </summary>
    public string Title => Origin == DeliveryOrigin.Api ? ApiTitlePrefix + Name : Name;

    /// <summary>How objects are compressed.</summary>
    public CompressionKind Compression { get; init; } = CompressionKind.Gzip;

    /// <summary>Where the delivery starts when it has never run.</summary>
    public StartPosition Start { get; init; } = StartPosition.TrimHorizon;

    /// <summary>How often a destination that does not accept is tried again.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary>Whether after an outage what comes now goes first, and what has waited goes out beside it, in order and
    /// marked as historical. Otherwise all goes out in strict order.</summary>
    /// <remarks>The records of a key are in order among what is marked, and among what is not.</remarks>
    public bool LiveFirst { get; init; }

    /// <summary>What it may use of the link to the destination.</summary>
    public DeliveryLinkOptions Link { get; init; } = new();

    /// <summary>
    /// Whether records that the destination has not accepted are kept beyond the stream's limits, as far as the stream
    /// lets its consumers decide.
    /// </summary>
    public bool Protect { get; init; } = true;

    /// <summary>
    /// The stream that takes records which the destination refuses for good; null or empty for none: a refused record
    /// then holds its shard up until the destination takes it.
    /// </summary>
    /// <remarks>A delivery of the error stream itself puts nothing aside, and neither does one whose error stream is
    /// not there.</remarks>
    public string? ErrorStream { get; init; }

    /// <summary>What <see cref="PrefixTemplate"/> evaluates for objects with rejected records, which then go to the
    /// destination, too; null for none.</summary>
    public string? ErrorPrefix { get; init; }

    /// <summary>What becomes of records on their way; null leaves all of them as they are.</summary>
    public TransformDefinition? Transform { get; init; }

    /// <summary>The name of its consumer of the stream.</summary>
    internal string ConsumerName => Origin == DeliveryOrigin.Api ? $"firehose-{Name}" : $"delivery-{Name}";

    /// <summary>What the keys of its ledger begin with.</summary>
    internal string LedgerPrefix =>
        $"{(Origin == DeliveryOrigin.Api ? ApiLedgerPrefix : ConfiguredLedgerPrefix)}{Name}/";

    /// <summary>Everything that is out of range; empty when the definition can be used.</summary>
    public IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        if (!IsName(Name))
        {
            errors.Add(new(nameof(Name), $"'{Name}' is not a name: 1 to {NameLengthMax} letters, digits, '_', '.' or "
                + "'-' are allowed, not only dots."));
        }

        if (string.IsNullOrEmpty(Stream))
        {
            errors.Add(new(nameof(Stream), "is missing: name the stream that is delivered."));
        }

        if (HasPrefixTemplate)
        {
            AddTemplateErrors(errors);
        }
        else if (Prefix.Length > 0
            && (Encoding.UTF8.GetByteCount(Prefix) > PrefixBytesMax || !ObjectName.IsSafe(Prefix)))
        {
            errors.Add(new(nameof(Prefix), $"'{Prefix}' cannot start object names: at most {PrefixBytesMax} bytes of "
                + "folders separated by '/' are allowed, without empty ones, '.', '..' and control characters, not "
                + "starting or ending with '/'."));
        }

        if (Naming is not null && !PrefixTemplate.TryParseWithKeys(Naming.Prefix, out _, out var problem))
        {
            errors.Add(new(nameof(Naming), $"'{Naming.Prefix}' {problem}"));
        }

        if (ErrorPrefix is not null && !PrefixTemplate.TryParse(ErrorPrefix, out _, out var errorProblem))
        {
            errors.Add(new(nameof(ErrorPrefix), $"'{ErrorPrefix}' {errorProblem}"));
        }

        if (LiveFirst && Destination.NeedsOrder)
        {
            errors.Add(new(
                nameof(LiveFirst), $"is not for {Destination.OrderedPart}, which needs records in their order."));
        }

        AddRangeErrors(errors);
        AddInner(errors, nameof(Retry), Retry.Validate());
        AddInner(errors, nameof(Link), Link.Validate());
        AddInner(errors, nameof(Destination), Destination.Validate());
        AddInner(errors, nameof(Transform), Transform?.Validate() ?? []);
        return errors;
    }

    /// <summary>Whether the prefix has expressions.</summary>
    internal bool HasPrefixTemplate => Destination.TakesNames && Prefix.Contains("!{", StringComparison.Ordinal);

    /// <summary>Where the values stand by which records are divided; empty for nowhere.</summary>
    internal string PartitionTemplate => !Destination.TakesNames ? "" : Naming?.Prefix ?? Prefix;

    private void AddTemplateErrors(List<DefinitionError> errors)
    {
        if (!PrefixTemplate.TryParseWithKeys(Prefix, out var template, out var problem))
        {
            errors.Add(new(nameof(Prefix), $"'{Prefix}' {problem}"));
        }
        else if (template.HasRandom || template.HasErrorType)
        {
            errors.Add(new(nameof(Prefix), $"'{Prefix}' has an expression of 'firehose', which is for the prefixes of "
                + "the Firehose API and of refused records: !{timestamp:pattern} and !{partitionKeyFromQuery:path} are "
                + "allowed."));
        }
        else if (!ObjectName.IsSafe(PartitionKeys.Fill(
            template.Evaluate(DateTimeOffset.UnixEpoch), Array.ConvertAll([.. template.KeyPaths], static _ => "x"))))
        {
            errors.Add(new(nameof(Prefix), $"'{Prefix}' cannot start object names: folders separated by '/' are "
                + "allowed, without empty ones, '.', '..' and control characters, not starting or ending with '/'."));
        }
        else if (template.KeyPaths.Count > 0 && Format == RecordFormat.Parquet && Columns.Count == 0)
        {
            errors.Add(new(nameof(Columns), "are needed for parquet whose objects are named by values of the data."));
        }
    }

    private static void AddInner(List<DefinitionError> errors, string member, IReadOnlyList<DefinitionError> inner)
    {
        foreach (var error in inner)
        {
            errors.Add(error with { Member = $"{member}.{error.Member}" });
        }
    }

    private void AddRangeErrors(List<DefinitionError> errors)
    {
        if (BufferBytes is < BufferBytesMin or > BufferBytesMax)
        {
            errors.Add(new(nameof(BufferBytes),
                $"{BufferBytes} is out of range: {BufferBytesMin} (1 KiB) to {BufferBytesMax} (128 MiB) are allowed."));
        }

        if (BufferSeconds is < 0 or > BufferSecondsMax)
        {
            errors.Add(new(nameof(BufferSeconds),
                $"{BufferSeconds} is out of range: 0 to {BufferSecondsMax} seconds are allowed."));
        }

        AddFormatErrors(errors);
        if (!Enum.IsDefined(Start))
        {
            errors.Add(new(nameof(Start), $"{Start} is unknown: trim-horizon and latest are allowed."));
        }
    }

    private void AddFormatErrors(List<DefinitionError> errors)
    {
        if (CompressionForm.ProblemOf(Compression, ZstandardLibrary.Instance is not null) is { } problem)
        {
            errors.Add(new(nameof(Compression), problem));
        }
        else if (Format == RecordFormat.Parquet && PageWriter.CodecOf(Compression) is null)
        {
            errors.Add(new(nameof(Compression),
                $"{CompressionForm.WordOf(Compression)} is not for parquet: none, snappy, gzip and zstd are allowed."));
        }

        if (!Enum.IsDefined(Format))
        {
            errors.Add(new(nameof(Format), $"{Format} is unknown: json-lines, raw, csv and parquet are allowed."));
        }

        if (Format == RecordFormat.Csv && Delimiter is not ("" or "\n" or "\r\n"))
        {
            errors.Add(new(nameof(Delimiter), "ends a line of csv: \\n or \\r\\n."));
        }
        else if (Delimiter.Length > 0 && Format != RecordFormat.Csv
            && (Format != RecordFormat.Raw || Encoding.UTF8.GetByteCount(Delimiter) > DelimiterBytesMax))
        {
            errors.Add(new(nameof(Delimiter),
                $"is allowed for the raw format only, with at most {DelimiterBytesMax} bytes, and for csv."));
        }

        ColumnRules.AddErrors(errors, this);
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= NameLengthMax
        && name.Any(character => character != '.')
        && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-');
}
