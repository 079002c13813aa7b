using System.Globalization;
using System.Text;

namespace EdgeStream.Devices;

/// <summary>One value of a Modbus device: <c>temperature (Cel) = holding 100 i16 *0.1</c>.</summary>
/// <remarks>
/// Behind the table and the address from 0 (holding and input) stands what <see cref="BinaryField"/> reads of the
/// registers' bytes, <c>swapped</c> where the low word comes first, and <c>bit:0</c> to <c>bit:15</c> of one register.
/// Coils and discrete inputs are booleans and need no type.
/// </remarks>
internal sealed class ModbusRegister
{
    private const int AddressMax = 65_535;
    private const int RegistersMax = 125;

    private readonly BinaryField? _field;
    private readonly bool _isSwapped;

    private ModbusRegister(
        DialectField declared, ModbusTable table, int address, BinaryField? field, int count, bool isSwapped)
    {
        Name = declared.Name;
        Unit = declared.Unit;
        Table = table;
        Address = address;
        Count = count;
        _field = field;
        _isSwapped = isSwapped;
    }

    internal byte[] Name { get; }

    internal byte[] Unit { get; }

    internal ModbusTable Table { get; }

    /// <summary>The first register or bit, from 0.</summary>
    internal int Address { get; }

    /// <summary>How many registers or bits.</summary>
    internal int Count { get; }

    /// <summary>Whether the table holds bits.</summary>
    internal bool IsBit => Table is ModbusTable.Coil or ModbusTable.Discrete;

    /// <summary>Reads a declaration; null with what is wrong.</summary>
    internal static ModbusRegister? Parse(string text, out string problem)
    {
        problem = $"'{text}' is no register; write it like 'temperature (Cel) = holding 100 i16 *0.1', 'open = coil 3' "
            + "or 'alarm = input 7 bit:12'";
        if (!DialectField.TryParse(
                new RouteDefinition { Topic = "#", Fields = [text] }, hasPlaces: true, out var fields, out _))
        {
            return null;
        }

        var words = fields[0].Place.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ModbusTable? table = words[0] switch
        {
            "coil" => ModbusTable.Coil,
            "discrete" => ModbusTable.Discrete,
            "holding" => ModbusTable.Holding,
            "input" => ModbusTable.Input,
            _ => null,
        };
        if (table is null || words.Length < 2
            || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var address)
            || address > AddressMax)
        {
            return null;
        }

        if (table is ModbusTable.Coil or ModbusTable.Discrete)
        {
            return words.Length == 2 ? new ModbusRegister(fields[0], table.Value, address, null, 1, false) : null;
        }

        var isSwapped = words.Contains("swapped");
        var place = PlaceOf(words[2..].Where(static word => word != "swapped").ToArray());
        var field = BinaryField.Parse(place, out _);
        var count = field is null ? 0 : (field.End + 1) / 2;
        return field is null || count > RegistersMax || address + count - 1 > AddressMax
            ? null : new ModbusRegister(fields[0], table.Value, address, field, count, isSwapped);
    }

    /// <summary>The value in the bytes of its registers, or the bit.</summary>
    internal ReadingValue Read(ReadOnlySpan<byte> bytes, Span<byte> scratch)
    {
        if (!_isSwapped)
        {
            return _field!.Read(bytes);
        }

        for (var i = 0; i < Count; i++)
        {
            bytes.Slice(2 * (Count - 1 - i), 2).CopyTo(scratch[(2 * i)..]);
        }

        return _field!.Read(scratch[..(2 * Count)]);
    }

    /// <summary>A register is big-endian: its low bits are in its second byte, and so is a value of one byte.</summary>
    private static string PlaceOf(string[] words)
    {
        const string BitWord = "bit:";
        if (words.Length > 0 && words[0].StartsWith(BitWord, StringComparison.Ordinal)
            && int.TryParse(
                words[0].AsSpan(BitWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var bit))
        {
            return bit < 8 ? $"1 bit:{bit}" : bit < 16 ? $"0 bit:{bit - 8}" : "";
        }

        var text = new StringBuilder(words is ["u8" or "i8", ..] ? "1" : "0");
        return text.Append(' ').AppendJoin(' ', words).ToString();
    }
}
