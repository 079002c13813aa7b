using EdgeStream.Storage;

namespace EdgeStream.Devices;

/// <summary>Takes the readings of one message and makes its records of them; one per thread.</summary>
/// <remarks>
/// A record holds the consecutive readings of one device and time, at most 256; a measurement that comes again begins
/// the next one. A message makes at most 1,024 records of 4,096 readings and 8 MiB. Valid until the same thread takes
/// its next message; nothing is allocated once the memory has grown to what the messages need.
/// </remarks>
internal sealed class ReadingBatch
{
    /// <summary>The most readings of one message.</summary>
    internal const int ReadingsMax = 4096;

    /// <summary>The most records of one message.</summary>
    internal const int RecordsMax = 1024;

    private const int ReadingsPerRecordMax = 256;
    private const int DataSizeBytesMax = 8 << 20;
    private const int TextSizeBytesMax = 1 << 20;

    /// <summary>The longest word of a time's quality, with the quotation mark at its end.</summary>
    private static readonly int QualitySizeBytesMax = "corrected\""u8.Length;

    private readonly GrowingBytes _data = new(DataSizeBytesMax);
    private readonly GrowingBytes _units = new(DataSizeBytesMax);
    private readonly GrowingBytes _devices = new(TextSizeBytesMax);
    private readonly GrowingBytes _tags = new(TextSizeBytesMax);
    private readonly (int Start, int Length)[] _names = new (int, int)[ReadingsPerRecordMax];
    private ReadingRecord[] _records = new ReadingRecord[16];
    private RouteTag[] _reserved = [];
    private RecordShape _shape;
    private bool _takesTimes;
    private bool _defersTimes;
    private Timestamp _now;
    private ReadingRecord _open;
    private bool _isOpen;
    private bool _isOpenHistorical;
    private int _deviceLength;

    /// <summary>How many records there are.</summary>
    internal int Count { get; private set; }

    /// <summary>How many readings there are.</summary>
    internal int Readings { get; private set; }

    /// <summary>The device of readings that name none.</summary>
    internal ReadOnlySpan<byte> Device => _devices.Slice(0, _deviceLength);

    /// <summary>Where dialects put names together.</summary>
    internal GrowingBytes Name { get; } = new(TextSizeBytesMax);

    /// <summary>Where dialects keep texts that are not a part of the payload, as long as the message lasts.</summary>
    internal GrowingBytes Kept { get; } = new(DataSizeBytesMax);

    /// <summary>What must be durable before the message is acknowledged; null for nothing.</summary>
    internal Task? Pending { get; set; }

    /// <summary>The number of the message, of eight bits, and the device that counts; null where the dialect has
    /// none.</summary>
    internal (byte[] Device, byte Number, bool Begins)? Numbered { get; set; }

    /// <summary>The gateway's clock at the message's arrival.</summary>
    internal Timestamp Now => _now;

    /// <summary>A record of the message.</summary>
    internal ref readonly ReadingRecord this[int index] => ref _records[index];

    /// <summary>Starts with readings that the gateway makes itself of a device.</summary>
    internal void Begin(ReadOnlySpan<byte> device, Timestamp now)
    {
        Clear(now);
        _shape = RecordShape.Device;
        _takesTimes = false;
        _defersTimes = false;
        _reserved = [];
        UseDevice(device);
    }

    /// <summary>Starts with a message.</summary>
    internal void Begin(Route route, ReadOnlySpan<byte> topic, string? clientId, Timestamp now)
    {
        Clear(now);
        _shape = route.Shape;
        _takesTimes = !route.Time.IsArrival;
        _defersTimes = route.DefersTimes;
        _reserved = route.Tags;
        foreach (var tag in route.Tags)
        {
            _tags.Add((byte)',');
            _tags.AddString(tag.Name);
            _tags.Add(":\""u8);
            tag.Value.AddTo(_tags, topic, clientId, isEscaped: true);
            _tags.Add((byte)'"');
        }

        route.Device.AddTo(_devices, topic, clientId, isEscaped: false);
        _deviceLength = _devices.Count;
    }

    private void Clear(Timestamp now)
    {
        _data.Clear();
        _units.Clear();
        _devices.Clear();
        _tags.Clear();
        Name.Clear();
        Kept.Clear();
        Pending = null;
        Numbered = null;
        Count = 0;
        Readings = 0;
        _isOpen = false;
        _now = now;
    }

    /// <summary>The payload names the device of the message.</summary>
    internal void UseDevice(ReadOnlySpan<byte> device)
    {
        _devices.Clear();
        _devices.Add(device);
        _deviceLength = _devices.Count;
    }

    /// <summary>The payload names the device of the message, in two parts.</summary>
    internal void UseDevice(ReadOnlySpan<byte> first, byte separator, ReadOnlySpan<byte> second)
    {
        _devices.Clear();
        _devices.Add(first);
        _devices.Add(separator);
        _devices.Add(second);
        _deviceLength = _devices.Count;
    }

    /// <summary>Takes one reading; its bytes are copied.</summary>
    internal void Add(in Reading reading)
    {
        if (++Readings > ReadingsMax)
        {
            return;
        }

        var time = _defersTimes ? reading.Time : _takesTimes ? EventTimeRule.Judge(reading.Time, _now) : default;
        var device = reading.Device.IsEmpty ? Device : reading.Device;
        if (_shape == RecordShape.Reading)
        {
            AddAlone(reading, device, time);
            return;
        }

        if (!_isOpen
            || time != _open.Time
            || reading.IsHistorical != _isOpenHistorical
            || !device.SequenceEqual(_devices.Slice(_open.DeviceStart, _open.DeviceLength))
            || !TryAddMember(reading))
        {
            Close();
            Open(device, time, reading.IsHistorical);
            _ = TryAddMember(reading);
        }
    }

    /// <summary>Takes what was made of a record's time, which was left as the device stated it until then.</summary>
    internal void SetTime(int index, ReadingTime time)
    {
        ref var record = ref _records[index];
        record = record with { Time = time };
        if (record.QualityStart > 0)
        {
            var word = time.Quality.ToWord();
            for (var i = 0; i < QualitySizeBytesMax; i++)
            {
                var letter = i < word.Length ? word[i] : i == word.Length ? (byte)'"' : (byte)' ';
                _data.Replace(record.QualityStart + i, letter);
            }
        }
    }

    /// <summary>The version of the firmware that a record tells; empty for none.</summary>
    internal ReadOnlySpan<byte> FirmwareOf(in ReadingRecord record) => record.Firmware.Start < 0
        ? Kept.Slice(~record.Firmware.Start, record.Firmware.Length)
        : _data.Slice(record.Firmware.Start, record.Firmware.Length);

    /// <summary>The newest record's device has a firmware that is no reading.</summary>
    internal void NoteFirmware(ReadOnlySpan<byte> firmware)
    {
        var place = (~Kept.Count, firmware.Length);
        Kept.Add(firmware);
        if (_isOpen)
        {
            _open = _open with { Firmware = place };
        }
        else if (Count > 0)
        {
            _records[Count - 1] = _records[Count - 1] with { Firmware = place };
        }
    }

    /// <summary>Takes a JSON object that is the record, but for the route's tags.</summary>
    /// <param name="json">The object.</param>
    /// <param name="stated">The time that it states.</param>
    internal void AddObject(ReadOnlySpan<byte> json, ReadingTime stated)
    {
        var time = _defersTimes ? stated : EventTimeRule.Judge(stated, _now);
        Readings++;
        _open = new ReadingRecord(0, _deviceLength, _data.Count, 0, time, 1);
        NoteTime(stated, isHistorical: false);
        if (_tags.Count == 0)
        {
            _data.Add(json);
            Keep();
            return;
        }

        json = json.Trim(" \t"u8);
        var isEmpty = json[1..^1].Trim(" \t"u8).IsEmpty;
        _data.Add(isEmpty ? "{"u8 : json[..^1]);
        _data.Add(isEmpty ? _tags.All[1..] : _tags.All);
        _data.Add((byte)'}');
        Keep();
    }

    /// <summary>Ends the record that is open, so that the next reading begins another.</summary>
    internal void Close()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;
        if (_isOpenHistorical)
        {
            _data.Add(",\"historical\":true"u8);
        }

        if (_units.Count > 0)
        {
            _data.Add(",\"units\":{"u8);
            _data.Add(_units.All);
            _data.Add((byte)'}');
        }

        Finish();
    }

    /// <summary>Ends the message; on false <paramref name="problem"/> says what there is too much of.</summary>
    internal bool TryEnd(out string problem)
    {
        Close();
        problem = Readings > ReadingsMax || Count > RecordsMax
            ? $"the payload holds more than {ReadingsMax} readings or {RecordsMax} records. Send fewer at once"
            : _data.IsOverfull || _devices.IsOverfull || _tags.IsOverfull || Name.IsOverfull || Kept.IsOverfull
                ? $"the payload's readings take more than {DataSizeBytesMax >> 20} MiB. Send fewer at once"
            : Count == 0 ? "the payload holds no reading. Send at least one" : "";
        return problem.Length == 0;
    }

    /// <summary>The device of a record.</summary>
    internal ReadOnlySpan<byte> DeviceOf(in ReadingRecord record) =>
        _devices.Slice(record.DeviceStart, record.DeviceLength);

    /// <summary>The data of a record.</summary>
    internal ReadOnlySpan<byte> DataOf(in ReadingRecord record) => _data.Slice(record.DataStart, record.DataLength);

    private void Open(ReadOnlySpan<byte> device, ReadingTime time, bool isHistorical)
    {
        var start = device.SequenceEqual(Device) ? 0 : _devices.Count;
        if (start > 0)
        {
            _devices.Add(device);
        }

        _units.Clear();
        _open = new ReadingRecord(start, device.Length, _data.Count, 0, time, 0);
        _isOpen = true;
        _isOpenHistorical = isHistorical;
        _data.Add((byte)'{');
    }

    private void Finish()
    {
        _data.Add(_tags.All);
        _data.Add((byte)'}');
        Keep();
    }

    private void Keep()
    {
        if (Count <= RecordsMax)
        {
            if (Count == _records.Length)
            {
                Array.Resize(ref _records, _records.Length * 2);
            }

            _records[Count++] = _open with { DataLength = _data.Count - _open.DataStart };
        }
    }

    /// <summary>False when the record has the measurement already, or is full.</summary>
    private bool TryAddMember(in Reading reading)
    {
        if (_open.Readings == ReadingsPerRecordMax)
        {
            return false;
        }

        var begin = _data.Count;
        if (_open.Readings > 0)
        {
            _data.Add((byte)',');
        }

        _data.Add((byte)'"');
        var start = _data.Count;
        AddName(reading.Measurement);
        var name = (Start: start, Length: _data.Count - start);
        for (var i = 0; i < _open.Readings; i++)
        {
            if (_names[i].Length == name.Length
                && _data.Slice(_names[i].Start, name.Length).SequenceEqual(_data.Slice(start, name.Length)))
            {
                _data.CutTo(begin);
                return false;
            }
        }

        _names[_open.Readings] = name;
        _open = _open with { Readings = _open.Readings + 1 };
        _data.Add("\":"u8);
        AddNoted(reading);
        if (!reading.Unit.IsEmpty)
        {
            _units.Add(_units.Count > 0 ? ",\""u8 : "\""u8);
            _units.Add(_data.Slice(name.Start, name.Length));
            _units.Add("\":"u8);
            _units.AddString(reading.Unit);
        }

        return true;
    }

    private void AddAlone(in Reading reading, ReadOnlySpan<byte> device, ReadingTime time)
    {
        Open(device, time, isHistorical: false);
        _data.Add("\"device\":"u8);
        _data.AddString(device);
        _data.Add(",\"measurement\":\""u8);
        _data.AddEscaped(reading.Measurement);
        _data.Add("\",\"value\":"u8);
        AddNoted(reading);
        if (!reading.Unit.IsEmpty)
        {
            _data.Add(",\"unit\":"u8);
            _data.AddString(reading.Unit);
        }

        _data.Add(",\"timeQuality\":\""u8);
        var word = time.Quality.ToWord();
        _open = _open with { QualityStart = _defersTimes && time.IsStated ? _data.Count : 0 };
        _data.Add(word);
        _data.Add((byte)'"');
        for (var size = word.Length + 1; _open.QualityStart > 0 && size < QualitySizeBytesMax; size++)
        {
            _data.Add((byte)' ');
        }

        if (reading.IsHistorical)
        {
            _data.Add(",\"historical\":true"u8);
        }

        _open = _open with { Readings = 1 };
        _isOpen = false;
        Finish();
    }

    /// <summary>Adds a value, and notes what its reading tells of the device.</summary>
    private void AddNoted(in Reading reading)
    {
        var start = _data.Count;
        reading.Value.AddTo(_data);
        NoteTime(reading.Time, reading.IsHistorical);
        if (reading.Vital == Vital.None)
        {
            return;
        }

        var isText = reading.Value.Kind is ReadingKind.Text or ReadingKind.EscapedText;
        _open = reading.Vital == Vital.Firmware
            ? _open with { Firmware = isText ? (start + 1, _data.Count - start - 2) : (start, _data.Count - start) }
            : _open with { Vitals = _open.Vitals.With(reading.Vital, reading.Value) };
    }

    private void NoteTime(ReadingTime time, bool isHistorical)
    {
        if (time.IsStated && !isHistorical && !(_open.Stated?.UnixMicroseconds >= time.UnixMicroseconds))
        {
            _open = _open with { Stated = new Timestamp(time.UnixMicroseconds) };
        }
    }

    /// <summary>A member's name: paths reach it, so it has no dot and no bracket; what is not a measurement keeps its
    /// own name.</summary>
    private void AddName(ReadOnlySpan<byte> measurement)
    {
        var rest = measurement.IsEmpty ? "value"u8 : measurement;
        while (rest.IndexOfAny(".[]"u8) is var next and >= 0)
        {
            _data.AddEscaped(rest[..next]);
            _data.Add((byte)'_');
            rest = rest[(next + 1)..];
        }

        _data.AddEscaped(rest);
        if (IsReserved(measurement))
        {
            _data.Add((byte)'_');
        }
    }

    private bool IsReserved(ReadOnlySpan<byte> measurement)
    {
        foreach (var tag in _reserved)
        {
            if (measurement.SequenceEqual(tag.Name))
            {
                return true;
            }
        }

        return measurement.SequenceEqual("units"u8) || measurement.SequenceEqual("historical"u8);
    }
}
