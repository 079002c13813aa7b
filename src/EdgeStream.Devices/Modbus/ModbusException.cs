namespace EdgeStream.Devices;

/// <summary>Why a Modbus device gave no value: a whole sentence for a person.</summary>
internal sealed class ModbusException(string message, bool isAnswer, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Whether the device itself said no, so that it is there and its line is in order.</summary>
    internal bool IsAnswer => isAnswer;

    /// <summary>The exception codes of the Modbus application protocol, section 7.</summary>
    internal static ModbusException OfCode(byte code, ModbusBlock block) => new(
        $"The device refuses to read {block.Count} {NameOf(block.Table)} from {block.Address} on: "
            + code switch
            {
                1 => "it does not know the function (1).",
                2 => "there is no such address (2). Correct the registers.",
                3 => "it does not take the count (3). Correct the registers.",
                4 => "it has failed (4).",
                5 => "it needs longer (5).",
                6 => "it is busy (6).",
                8 => "its memory has a parity error (8).",
                10 => "its gateway has no path to it (10).",
                11 => "it does not answer its gateway (11).",
                _ => $"code {code}.",
            },
        isAnswer: true);

    private static string NameOf(ModbusTable table) => table switch
    {
        ModbusTable.Coil => "coils",
        ModbusTable.Discrete => "discrete inputs",
        ModbusTable.Holding => "holding registers",
        _ => "input registers",
    };
}
