"""A Modbus server of another maker (pymodbus) for the tests: arguments are 'tcp <port>' or 'rtu <device file>'.

Unit 1 has values; what is asked of any other unit is never answered.
"""
import asyncio
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer


async def main():
    unit = ModbusSlaveContext(
        di=ModbusSequentialDataBlock(0, [0, 1] * 8),
        co=ModbusSequentialDataBlock(0, [1, 0] * 8),
        hr=ModbusSequentialDataBlock(0, [7, 2153, 65534, 1, 2, 0x41AC, 0]),
        ir=ModbusSequentialDataBlock(0, [100, 200, 300]),
        zero_mode=True)
    context = ModbusServerContext(slaves={1: unit}, single=False)
    print("ready", flush=True)
    if sys.argv[1] == "tcp":
        await StartAsyncTcpServer(
            context=context, address=("127.0.0.1", int(sys.argv[2])), framer=ModbusSocketFramer,
            ignore_missing_slaves=True)
    else:
        await StartAsyncSerialServer(
            context=context, port=sys.argv[2], framer=ModbusRtuFramer, baudrate=19200, parity="N",
            ignore_missing_slaves=True)

asyncio.run(main())
