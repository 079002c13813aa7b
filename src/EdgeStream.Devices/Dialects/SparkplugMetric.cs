namespace EdgeStream.Devices;

/// <summary>One metric of a Sparkplug B payload; see <see cref="SparkplugPayload"/>.</summary>
/// <remarks>Field numbers of the message Metric of the Sparkplug B protocol definition (Eclipse Sparkplug 3.0,
/// section 6.4).</remarks>
internal ref struct SparkplugMetric
{
    private const int NameField = 1;
    private const int AliasField = 2;
    private const int TimestampField = 3;
    private const int TypeField = 4;
    private const int HistoricalField = 5;
    private const int NullField = 7;
    private const int PropertiesField = 9;
    private const int IntegerField = 10;
    private const int LongField = 11;
    private const int FloatField = 12;
    private const int DoubleField = 13;
    private const int BooleanField = 14;
    private const int TextField = 15;
    private const int BytesField = 16;
    private const int DataSetField = 17;
    private const int TemplateField = 18;

    internal ReadOnlySpan<byte> Name;
    internal ulong Alias;
    internal bool HasAlias;
    internal ulong Timestamp;
    internal SparkplugType Type;
    internal bool IsHistorical;
    internal bool IsNull;
    internal ReadOnlySpan<byte> Properties;

    private int _valueField;
    private ulong _bits;
    private ReadOnlySpan<byte> _content;

    /// <summary>Reads a metric; false when the bytes are none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out SparkplugMetric metric)
    {
        metric = default;
        var reader = new ProtobufReader(bytes);
        while (reader.TryRead(out var field, out var value, out var content))
        {
            switch (field)
            {
                case NameField:
                    metric.Name = content;
                    break;
                case AliasField:
                    metric.Alias = value;
                    metric.HasAlias = true;
                    break;
                case TimestampField:
                    metric.Timestamp = value;
                    break;
                case TypeField:
                    metric.Type = (SparkplugType)Math.Min(value, int.MaxValue);
                    break;
                case HistoricalField:
                    metric.IsHistorical = value != 0;
                    break;
                case NullField:
                    metric.IsNull = value != 0;
                    break;
                case PropertiesField:
                    metric.Properties = content;
                    break;
                case >= IntegerField and <= TemplateField:
                    metric._valueField = field;
                    metric._bits = value;
                    metric._content = content;
                    break;
            }
        }

        return reader.IsAtEnd;
    }

    /// <summary>The value as its type has it; data sets, templates and arrays are bytes, as they came.</summary>
    internal readonly ReadingValue ValueOf(SparkplugType type) => IsNull ? default : _valueField switch
    {
        IntegerField or LongField => IntegerOf(type),
        FloatField => ReadingValue.Of(BitConverter.UInt32BitsToSingle((uint)_bits)),
        DoubleField => ReadingValue.Of(BitConverter.UInt64BitsToDouble(_bits)),
        BooleanField => ReadingValue.Of(_bits != 0),
        TextField => System.Text.Unicode.Utf8.IsValid(_content)
            ? ReadingValue.OfText(_content) : ReadingValue.OfBytes(_content),
        BytesField or DataSetField or TemplateField => ReadingValue.OfBytes(_content),
        _ => default,
    };

    /// <summary>Whether there is a value of a number's kind, such as bdSeq has.</summary>
    internal readonly bool TryGetNumber(out ulong number)
    {
        number = _bits;
        return !IsNull && _valueField is IntegerField or LongField;
    }

    /// <summary>Signed ones stand as the unsigned number of the same bits.</summary>
    private readonly ReadingValue IntegerOf(SparkplugType type) => type switch
    {
        SparkplugType.Int8 => ReadingValue.Of((long)(sbyte)_bits),
        SparkplugType.Int16 => ReadingValue.Of((long)(short)_bits),
        SparkplugType.Int32 => ReadingValue.Of((long)(int)_bits),
        SparkplugType.Int64 => ReadingValue.Of((long)_bits),
        SparkplugType.Boolean => ReadingValue.Of(_bits != 0),
        _ => ReadingValue.Of(_bits),
    };
}
