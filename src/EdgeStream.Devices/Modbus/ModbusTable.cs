namespace EdgeStream.Devices;

/// <summary>The four tables of a Modbus device. The numbers are the functions that read them.</summary>
internal enum ModbusTable
{
    Coil = 1,
    Discrete = 2,
    Holding = 3,
    Input = 4,
}
