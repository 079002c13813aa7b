namespace EdgeStream.Sql;

/// <summary>Reads a text by a pattern. What the pattern does not name is the first month, the first day, or
/// zero.</summary>
internal ref struct DatePatternReader(ReadOnlySpan<byte> text)
{
    private const int NumberLengthMax = 9;
    private const int Missing = -1;
    private const int FirstYear = 1970;
    private const int CenturyPivot = 70;

    private ReadOnlySpan<byte> _rest = text;
    private int _year = FirstYear;
    private int _month = 1;
    private int _day = 1;
    private int _dayOfYear = Missing;
    private int _hour;
    private int _half = Missing;
    private int _minute;
    private int _second;
    private int _millisecond;
    private long _offset;
    private bool _isTwelveHours;

    /// <summary>Reads the whole text; false where it does not fit the pattern or is no time.</summary>
    public bool TryRead(DatePattern pattern, out long unixMicroseconds)
    {
        unixMicroseconds = 0;
        var elements = pattern.Elements;
        for (var index = 0; index < elements.Count; index++)
        {
            // Where digits follow digits, the count of letters says where one number ends.
            var isTight = index + 1 < elements.Count && elements[index + 1].IsNumber;
            var element = elements[index];
            var isTaken = element.Letter == '\0' ? TryTakeLiteral(element.Literal)
                : element.IsNumber ? TryTakeNumber(element, isTight)
                : TryTakeWord(element.Letter);
            if (!isTaken)
            {
                return false;
            }
        }

        return _rest.Trim((byte)' ').IsEmpty && TryFinish(out unixMicroseconds);
    }

    private bool TryTakeLiteral(ReadOnlySpan<byte> literal)
    {
        if (!_rest.StartsWith(literal))
        {
            return false;
        }

        _rest = _rest[literal.Length..];
        return true;
    }

    private bool TryTakeNumber(DatePattern.Element element, bool isTight)
    {
        var reader = new ByteReader(_rest);
        var before = _rest.Length;
        if (!reader.TryTakeNumber(1, isTight ? element.Count : NumberLengthMax, out var wide))
        {
            return false;
        }

        _rest = reader.Rest;
        var number = (int)wide;
        var length = before - _rest.Length;
        switch (element.Letter)
        {
            case 'y':
                _year = element.Count == 2 && length == 2 ? number + (number < CenturyPivot ? 2000 : 1900) : number;
                return true;
            case 'M':
                _month = number;
                return true;
            case 'd':
                _day = number;
                return true;
            case 'D':
                _dayOfYear = number;
                return true;
            case 'H' or 'k':
                _hour = element.Letter == 'k' && number == 24 ? 0 : number;
                return number <= (element.Letter == 'k' ? 24 : 23);
            case 'h' or 'K':
                _isTwelveHours = true;
                _hour = element.Letter == 'h' && number == 12 ? 0 : number;
                return number <= 23;
            case 'm':
                _minute = number;
                return number <= 59;
            case 's':
                _second = number;
                return number <= 59;
            default:
                _millisecond = number;
                return number <= 999;
        }
    }

    private bool TryTakeWord(char letter)
    {
        switch (letter)
        {
            case 'M':
                _month = DateNames.Take(DateNames.Months, ref _rest) + 1;
                return _month > 0;
            case 'E':
                return DateNames.Take(DateNames.Weekdays, ref _rest) >= 0;
            case 'a':
                _half = DateNames.Take(DateNames.Halves, ref _rest);
                return _half >= 0;
            default:
                return TryTakeOffset();
        }
    }

    /// <summary>Z, UTC, GMT, or an offset such as +01:00, +0100 or +01.</summary>
    private bool TryTakeOffset()
    {
        foreach (var name in (ReadOnlySpan<string>)["UTC", "GMT", "Z"])
        {
            if (_rest.Length >= name.Length && System.Text.Ascii.EqualsIgnoreCase(_rest[..name.Length], name))
            {
                _rest = _rest[name.Length..];
                return true;
            }
        }

        var reader = new ByteReader(_rest);
        var isNegative = reader.TryTake('-');
        if ((!isNegative && !reader.TryTake('+')) || !reader.TryTakeNumber(2, 2, out var hours))
        {
            return false;
        }

        reader.TryTake(':');
        if (!reader.TryTakeNumber(2, 2, out var minutes))
        {
            minutes = 0;
        }

        _offset = (hours * TimeMath.MicrosecondsPerHour) + (minutes * TimeMath.MicrosecondsPerMinute);
        _offset = isNegative ? -_offset : _offset;
        _rest = reader.Rest;
        return hours <= 18 && minutes <= 59;
    }

    private readonly bool TryFinish(out long unixMicroseconds)
    {
        unixMicroseconds = 0;
        if (!TimeMath.TryDay(_year, _dayOfYear < 0 ? _month : 1, _dayOfYear < 0 ? _day : 1, out var day))
        {
            return false;
        }

        if (_dayOfYear >= 0)
        {
            if (_dayOfYear is 0 or > 366)
            {
                return false;
            }

            day += _dayOfYear - 1;
        }

        var hour = _isTwelveHours && _half == 1 && _hour < 12 ? _hour + 12 : _hour;
        unixMicroseconds = (day * TimeMath.MicrosecondsPerDay) + (hour * TimeMath.MicrosecondsPerHour)
            + (_minute * TimeMath.MicrosecondsPerMinute) + (_second * TimeMath.MicrosecondsPerSecond)
            + (_millisecond * TimeMath.MicrosecondsPerMillisecond) - _offset;
        return TimeMath.IsTimestamp(unixMicroseconds);
    }
}
